import { HandlerError } from "@berth/worker";

interface Input {
  readonly text: string;
  /** What it calls and waits at, in the midst of its work. */
  readonly gate?: string;
  readonly counts?: boolean;
}

export const concurrency = 4;

/** Counts a text's words; tells how far it is where it is asked to. */
export async function handler(
  { input: { text, gate, counts = false } }: { readonly input: Input },
  { progress }: { readonly progress: (done: number, total: number, message: string) => void },
) {
  if (text === "") throw new HandlerError("no_text", "there is nothing to read");
  if (counts) progress(1, 3, "reads");
  if (gate !== undefined) await fetch(gate);
  if (counts) progress(3, 3, "has read");
  return { words: text.split(" ").length };
}
