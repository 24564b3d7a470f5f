import type { CallItem } from "./gradio-call.ts";
import { failureJson, messageJson, streamMessageJson, unexpectedErrorJson } from "./gradio-messages.ts";
import { type GradioVersion, protocolOf, since } from "./gradio-version.ts";

/** How a stream writes what happens. */
export interface StreamForm {
  readonly message: (callId: string, message: Exclude<CallItem, { kind: "cut" }>) => string;
  readonly heartbeat: () => string;
  readonly unknownSession: () => string;
  readonly close: () => string;
}

export function queueEvent(version: GradioVersion, showError: boolean): StreamForm {
  const event = (message: unknown): string => queueEventText(version, message);
  return {
    message: (callId, message) => event(messageJson(version, callId, message, showError)),
    heartbeat: () => event(streamMessageJson(version, "heartbeat")),
    unknownSession: () => event(unexpectedErrorJson(version, notFound(version), true)),
    close: () => (protocolOf[version] === "sse_v3" ? event(streamMessageJson(version, "close_stream")) : ""),
  };
}

/** One event of the queue. */
export function queueEventText(version: GradioVersion, message: unknown): string {
  return `data: ${since(version, "4.44.1") ? JSON.stringify(message) : pythonJson(message)}\n\n`;
}

/** Simple calls: outputs whole each time, and of an error nothing before Gradio 5. */
export function simpleEvent(version: GradioVersion, showError: boolean): StreamForm {
  const event = (name: string, data: unknown): string => `event: ${name}\ndata: ${pythonJson(data)}\n\n`;
  return {
    message: (_callId, message) => {
      switch (message.kind) {
        case "estimation":
        case "process_starts":
          return "";
        case "generating":
          return event("generating", message.data);
        case "completed":
          return event("complete", message.data);
        case "canceled":
          return event("complete", null);
        case "failed": {
          const told = failureJson(version, message.cause, showError, message.generated);
          return event("error", since(version, "6.31.0") ? told : null);
        }
        case "unexpected_error":
          return event("error", message.message);
      }
    },
    heartbeat: () => event("heartbeat", null),
    unknownSession: () => event("error", notFound(version)),
    close: () => "",
  };
}

const notFound = (version: GradioVersion): string =>
  since(version, "6.31.0") ? "404: Not Found" : "404: Session not found.";

/** As Python's own `json` writes it, which leaves a space and knows ASCII only. Newer Gradio takes it for simple calls only. */
function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, each]) => `${pythonJson(key)}: ${pythonJson(each)}`)
      .join(", ")}}`;
  }
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
