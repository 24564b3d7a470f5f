import { gzipSync } from "node:zlib";
import type { Script, Step } from "../fake-model-server-script.ts";

/**
 * What goes wrong on the way. `after` is how much of the answer gets through first: nothing, not even the head, or the
 * head and so many writes of the body; a streamed event is one write, a whole answer is one.
 */
export type Fault =
  /** Nothing more comes, and the connection stays open. */
  | { readonly kind: "stall"; readonly after: "nothing" | number }
  /** The connection is reset, or closed without the end that HTTP wants. */
  | { readonly kind: "reset" | "close"; readonly after: "nothing" | number }
  /** The answer ends as HTTP wants it, without the rest of its events. */
  | { readonly kind: "end"; readonly after: number }
  /** All arrives, in pieces of so many bytes, letters beyond ASCII cut in the middle. */
  | { readonly kind: "pieces"; readonly pieceBytes: number }
  /** All arrives, so much later. */
  | { readonly kind: "delay"; readonly ms: number }
  /** All arrives, packed. */
  | { readonly kind: "gzip" };

/** The script with the fault in it. */
export function withFault(script: Script, fault: Fault | undefined): Script {
  if (fault === undefined) return script;
  switch (fault.kind) {
    case "stall":
    case "reset":
    case "close":
    case "end":
      return [...begun(script, fault.after), { do: fault.kind }];
    case "pieces":
      return script.map((step) =>
        step.do === "write" ? { do: "write_pieces", bytes: step.bytes, pieceBytes: fault.pieceBytes } : step,
      );
    case "delay":
      return [{ do: "sleep", ms: fault.ms }, ...script];
    case "gzip":
      return packed(script);
  }
}

function packed(script: Script): Step[] {
  const steps: Step[] = [];
  const bytes = script.flatMap((step) => (step.do === "write" ? [Buffer.from(step.bytes)] : []));
  for (const step of script) {
    if (step.do === "head")
      steps.push({ ...step, headers: { ...withoutLength(step.headers), "content-encoding": "gzip" } });
    else if (step.do === "end") steps.push({ do: "write", bytes: gzipSync(Buffer.concat(bytes)) }, step);
    else if (step.do !== "write") steps.push(step);
  }
  return steps;
}

function begun(script: Script, after: "nothing" | number): Step[] {
  if (after === "nothing") return [];
  const steps: Step[] = [];
  let writesLeft = after;
  for (const step of script) {
    if (step.do === "end" || (step.do === "write" && writesLeft === 0)) break;
    if (step.do === "write") writesLeft -= 1;
    // a promised length would turn an early end into a broken answer of another kind
    steps.push(step.do === "head" ? { ...step, headers: withoutLength(step.headers) } : step);
  }
  return steps;
}

type Headers = Extract<Step, { do: "head" }>["headers"];

function withoutLength(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "content-length"));
}
