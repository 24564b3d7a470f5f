import type { Interface } from "node:readline";

export type Line =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C. */
  | { readonly kind: "interrupt" }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: "end" };

/**
 * Reads one line, with editing and `history` (newest first). The terminal is in raw mode only meanwhile: while an answer
 * is written, Ctrl-C is a signal again.
 */
export async function readLine(
  prompt: string,
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  history: readonly string[],
): Promise<Line> {
  const { createInterface } = await import("node:readline");
  const reader: Interface = createInterface({ input, output, terminal: true, history: [...history], prompt });
  try {
    return await new Promise<Line>((resolve) => {
      reader.on("line", (text) => resolve({ kind: "line", text }));
      reader.on("SIGINT", () => resolve({ kind: "interrupt" }));
      reader.on("close", () => resolve({ kind: "end" }));
      reader.prompt();
    });
  } finally {
    reader.close();
  }
}
