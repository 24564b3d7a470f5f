import { StringDecoder } from "node:string_decoder";

/**
 * The lines of a text, however its bytes are cut, without their ends (LF or CRLF); empty ones are passed over, and the last
 * may lack its end. Throws RangeError for a line longer than `maxChars`.
 */
export async function* readLines(
  body: AsyncIterable<Uint8Array>,
  maxChars = 32 * 1024 * 1024,
): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let begun = "";
  for await (const bytes of body) {
    const text = decoder.write(bytes);
    const end = text.lastIndexOf("\n");
    if (end === -1) begun += text;
    else {
      yield* (begun + text.slice(0, end)).split(/\r?\n/).map(withoutReturn).filter(isSaid);
      begun = text.slice(end + 1);
    }
    if (begun.length > maxChars) throw new RangeError(`a line is longer than ${maxChars} characters`);
  }
  const last = withoutReturn(begun + decoder.end());
  if (isSaid(last)) yield last;
}

function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

function isSaid(line: string): boolean {
  return line !== "";
}
