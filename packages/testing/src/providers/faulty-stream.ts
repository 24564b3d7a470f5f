import type { Step } from "../fake-model-server-script.ts";

/** What goes wrong with one answer. */
export type AnswerFault =
  /** The answer is an error, as something in front of the server gives it. */
  { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number } | StreamFault;

/** What goes wrong after so many pieces of the answer's text. */
export type StreamFault =
  /** Says no more and keeps the connection. */
  | { readonly kind: "stall"; readonly afterPieces: number }
  /** Breaks the connection. */
  | { readonly kind: "reset"; readonly afterPieces: number }
  /** Ends the answer too soon, as if all had been said. */
  | { readonly kind: "end"; readonly afterPieces: number }
  /** The model fails, and the server says so in its own way. */
  | { readonly kind: "error"; readonly afterPieces: number; readonly message: string };

/** The fault of the nth answer, counted from 0; none for those that go well. */
export type FaultOf<Fault> = (index: number) => Fault | undefined;

/** What every double says to a text, in the pieces in which it streams them. */
export function echoPieces(text: string): string[] {
  return `echo: ${text}`.match(/\s*\S+|\s+$/g) ?? [];
}

/** The text in front of a fault, and the fault; all of it when there is none, or none of the stream. */
export function untilFault(
  pieces: readonly string[],
  fault: AnswerFault | undefined,
): { readonly pieces: readonly string[]; readonly fault: StreamFault | undefined } {
  if (fault === undefined || fault.kind === "status") return { pieces, fault: undefined };
  return { pieces: pieces.slice(0, fault.afterPieces), fault };
}

/** A write, cut into pieces of so many bytes when there are to be any: also through the middle of a character. */
export function writeIn(bytes: string | Uint8Array, pieceBytes: number | undefined): Step {
  return pieceBytes === undefined ? { do: "write", bytes } : { do: "write_pieces", bytes, pieceBytes };
}

/** How a stream ends on a fault of the connection, or without one. */
export function endOn(fault: StreamFault | undefined): Step {
  switch (fault?.kind) {
    case "stall":
      return { do: "stall" };
    case "reset":
      return { do: "reset" };
    case "end":
    case "error":
    case undefined:
      return { do: "end" };
  }
}
