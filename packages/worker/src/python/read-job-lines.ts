import { readJobLine, type ToldLine } from "@berth/api/job-lines";

const lineFeed = 10;

/** The lines by which a handler's host tells of a job, as they come. Throws for one that is something else, and when they break off. */
export async function* readJobLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<ToldLine> {
  for await (const line of linesOf(body)) {
    const told = readJobLine(line);
    if (told === undefined)
      throw new Error(`a line of the answer is not what it should be: ${line.slice(0, 200)}`);
    yield told;
  }
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  for await (const piece of body) {
    let rest = piece;
    for (let end = rest.indexOf(lineFeed); end >= 0; end = rest.indexOf(lineFeed)) {
      yield Buffer.concat([...parts, rest.subarray(0, end)]).toString("utf8");
      parts = [];
      rest = rest.subarray(end + 1);
    }
    if (rest.length > 0) parts.push(rest);
  }
  if (parts.length > 0) yield Buffer.concat(parts).toString("utf8");
}
