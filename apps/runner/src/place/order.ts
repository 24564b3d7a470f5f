import type { Readable } from "node:stream";

const newline = 10;
const maxOrderBytes = 64 * 2 ** 20;

/** The first line of the input, and an iterable of what follows it. Rejects when it ends before, or holds no JSON. */
export async function readOrder(
  input: Readable,
): Promise<{ readonly order: unknown; readonly rest: AsyncIterable<Uint8Array> }> {
  const parts = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const begun: Buffer[] = [];
  let length = 0;
  for (;;) {
    const next = await parts.next();
    if (next.done === true) throw new Error("the order ended before its line did");
    const end = next.value.indexOf(newline);
    begun.push(end === -1 ? next.value : next.value.subarray(0, end));
    length += next.value.length;
    if (length > maxOrderBytes) throw new Error("the order is too long");
    if (end === -1) continue;
    const order: unknown = JSON.parse(Buffer.concat(begun).toString("utf8"));
    return { order, rest: following(next.value.subarray(end + 1), parts) };
  }
}

async function* following(first: Buffer, parts: AsyncIterator<Buffer>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  for (let next = await parts.next(); next.done !== true; next = await parts.next()) yield next.value;
}
