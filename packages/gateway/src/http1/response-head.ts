/** The first part of an answer, checked. */
export interface ResponseHead {
  readonly status: number;
  /** Lower-case name, value, name, value ... as they came. */
  readonly headers: readonly string[];
  readonly body: BodyLength;
  /** Whether the peer lets the connection carry another request. */
  readonly keepAlive: boolean;
}

/** How the end of an answer's body is known (RFC 9112, 6.3). */
export type BodyLength =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly count: number }
  | { readonly kind: "chunks" }
  | { readonly kind: "until_close" };

/** The peer does not speak HTTP/1.1 as we insist on it; the connection must not be used again. */
export class MalformedResponse extends Error {
  override readonly name = "MalformedResponse";
}

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const headerLines = /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;

/**
 * Reads the lines before the empty one (`text` ends in CRLF). Throws MalformedResponse on anything that two readers
 * could understand differently: folded lines, lone LF, two lengths, a length beside chunks, codings we do not know. A
 * length that is said twice is passed on once.
 */
export function parseHead(text: string, method: string): ResponseHead {
  const lineEnd = text.indexOf("\r\n");
  const line = statusLine.exec(text.slice(0, lineEnd));
  if (line === null) throw new MalformedResponse("the answer does not begin with an HTTP/1.1 status line");
  if (!headerLines.test(text.slice(lineEnd + 2)))
    throw new MalformedResponse("the answer has a broken header");
  const status = Number(line[2]);
  const headers: string[] = [];
  let keepAlive = line[1] === "1";
  let length: string | undefined;
  let coding: string | undefined;
  for (let at = lineEnd + 2; at < text.length;) {
    const colon = text.indexOf(":", at);
    const end = text.indexOf("\r\n", colon);
    const name = text.slice(at, colon).toLowerCase();
    const value = text.slice(colon + 1, end).trim();
    at = end + 2;
    if (name === "content-length") {
      if (length === value) continue;
      if (length !== undefined) throw new MalformedResponse("the answer has two lengths");
      length = value;
    } else if (name === "transfer-encoding") {
      coding = coding === undefined ? value.toLowerCase() : `${coding}, ${value}`;
    } else if (name === "connection") {
      keepAlive = keepsAlive(value.toLowerCase(), keepAlive);
    }
    headers.push(name, value);
  }
  const body = bodyLength(method, status, length, coding);
  return { status, headers, body, keepAlive: keepAlive && body.kind !== "until_close" };
}

function keepsAlive(connection: string, assumed: boolean): boolean {
  if (connection.includes("close")) return false;
  return assumed || connection.includes("keep-alive");
}

function bodyLength(
  method: string,
  status: number,
  length: string | undefined,
  coding: string | undefined,
): BodyLength {
  if (status === 101) throw new MalformedResponse("the answer switches protocols, which was not asked for");
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return { kind: "none" };
  if (coding !== undefined) {
    if (coding !== "chunked") throw new MalformedResponse(`the answer is coded in an unknown way: ${coding}`);
    if (length !== undefined) throw new MalformedResponse("the answer has both a length and chunks");
    return { kind: "chunks" };
  }
  if (length === undefined) return { kind: "until_close" };
  const count = Number(length);
  if (!/^\d+$/.test(length) || !Number.isSafeInteger(count)) {
    throw new MalformedResponse(`the answer's length is not a number: ${length}`);
  }
  return { kind: "bytes", count };
}

/** The first header of that (lower-case) name. */
export function headerOf(head: Pick<ResponseHead, "headers">, name: string): string | undefined {
  for (let at = 0; at < head.headers.length; at += 2) {
    if (head.headers[at] === name) return head.headers[at + 1];
  }
  return undefined;
}
