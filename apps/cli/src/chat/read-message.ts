import type { Style } from "../terminal/style.ts";
import type { Line, LineReader } from "./line-reader.ts";

const fence = '"""';

/** One message: a line, or all lines between two `"""`. */
export async function readMessage(reader: LineReader, style: Style): Promise<Line> {
  const first = await reader.next(style.bold("› "));
  if (first.kind !== "line" || !first.text.trimStart().startsWith(fence)) return first;
  let text = first.text.trimStart().slice(fence.length);
  while (!text.trimEnd().endsWith(fence)) {
    const more = await reader.next(style.dim("… "));
    if (more.kind !== "line") return more;
    text += `\n${more.text}`;
  }
  return { kind: "line", text: text.trimEnd().slice(0, -fence.length).trim() };
}
