import { echoPieces } from "./faulty-stream.ts";

/**
 * What serves the model behind the endpoint.
 *
 * - `llama_chat`, `llama`: JumpStart's Llama 2, which wants its license accepted with each request. The chat takes a list
 *   of dialogues, each a list of messages.
 * - `tgi`: Hugging Face's, which streams when the body says so: server-sent events.
 * - `djl`: AWS's large model inference, set up to stream: lines of JSON.
 *
 * What Llama says without its license is from jupyterlab/jupyter-ai issue 361; the lines of JSON are those of
 * langchain's `LineIterator`, and the events those of text-generation-inference, read on 2026-11-29. What a container says
 * to inputs of the wrong form is not known: here it is a refusal in words of its own.
 */
export type SageMakerContainer = "llama_chat" | "llama" | "tgi" | "djl";

export interface ContainerReply {
  readonly contentType: string;
  /** What is said, piece by piece of its text; a reply that is not streamed is one piece. */
  readonly pieces: readonly string[];
}

export interface ContainerRefusal {
  readonly status: number;
  readonly body: string;
}

/** The reply to a body; a refusal is the container's own, which SageMaker wraps. */
export function askContainer(
  container: SageMakerContainer,
  body: string,
  request: { readonly acceptsLicense: boolean; readonly isStreamed: boolean },
): ContainerReply | ContainerRefusal {
  if ((container === "llama_chat" || container === "llama") && !request.acceptsLicense) return licenseRefusal;
  const parsed = readBody(body);
  const text = container === "llama_chat" ? lastUserText(parsed.inputs) : parsed.inputs;
  if (typeof text !== "string") return refusal(400, "prediction failure", "inputs of the wrong form");
  const pieces = echoPieces(text);
  const whole = pieces.join("");
  switch (container) {
    case "llama_chat":
      return inJson([{ generation: { role: "assistant", content: whole } }]);
    case "llama":
      return inJson([{ generation: whole }]);
    case "tgi":
      if (parsed.stream !== true) return inJson([{ generated_text: whole }]);
      return {
        contentType: "text/event-stream",
        pieces: pieces.map((piece, at) => tgiEvent(pieces, piece, at)),
      };
    case "djl":
      if (!request.isStreamed) return inJson({ generated_text: whole });
      return {
        contentType: "application/jsonlines",
        pieces: pieces.map((piece) => `${JSON.stringify({ outputs: [piece] })}\n`),
      };
  }
}

const inJson = (value: unknown): ContainerReply => ({
  contentType: "application/json",
  pieces: [JSON.stringify(value)],
});

function tgiEvent(pieces: readonly string[], text: string, at: number): string {
  const isLast = at === pieces.length - 1;
  const event = {
    index: at + 1,
    token: { id: 5000 + at, text, logprob: -0.42, special: false },
    generated_text: isLast ? pieces.join("") : null,
    details: isLast ? { finish_reason: "eos_token", generated_tokens: pieces.length, seed: null } : null,
  };
  return `data:${JSON.stringify(event)}\n\n`;
}

function readBody(body: string): { readonly inputs?: unknown; readonly stream?: unknown } {
  try {
    return JSON.parse(body) as { inputs?: unknown };
  } catch {
    return {};
  }
}

/** Of the one dialogue in the list. */
function lastUserText(inputs: unknown): unknown {
  if (!Array.isArray(inputs) || !Array.isArray(inputs[0])) return undefined;
  const messages = inputs[0] as readonly { readonly role?: unknown; readonly content?: unknown }[];
  return messages.findLast((message) => message.role === "user")?.content;
}

function refusal(code: number, message: string, error: string): ContainerRefusal {
  return { status: code, body: JSON.stringify({ code, message, error }, null, 2).replaceAll('": ', '":') };
}

const licenseRefusal = refusal(
  424,
  "prediction failure",
  "Need to pass custom_attributes='accept_eula=true' as part of header. This means you have read and accept the " +
    "end-user license agreement (EULA) of the model. EULA can be found in model card description or from " +
    "https://ai.meta.com/resources/models-and-libraries/llama-downloads/.",
);
