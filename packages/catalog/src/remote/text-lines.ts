import { BerthError } from "@berth/api";

const newline = 10;

/**
 * The lines of a stream, without their ends (`\n` or `\r\n`). Throws `upstream_failed` for a line of more than `maxBytes`:
 * who is at the other end may say more than this machine can hold.
 */
export async function* textLines(
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const take = (part: Uint8Array): void => {
    heldBytes += part.length;
    if (heldBytes > maxBytes)
      throw new BerthError("upstream_failed", `a line of an answer is longer than ${maxBytes} bytes`);
    held.push(part);
  };
  const line = (): string => {
    const text = Buffer.concat(held).toString("utf8");
    held = [];
    heldBytes = 0;
    return text.endsWith("\r") ? text.slice(0, -1) : text;
  };
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, end));
      yield line();
      start = end + 1;
    }
    take(chunk.subarray(start));
  }
  if (heldBytes > 0) yield line();
}
