/** The first part of a request, checked. */
export interface RequestHead {
  /** As it came, with its query; it begins with a slash. */
  readonly url: string;
  /** By lower-case names, each of which came once. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyBytes: number;
  /** Whether the client will send more on this connection. */
  readonly keepAlive: boolean;
}

export interface PlainHead {
  readonly head: RequestHead;
  /** Where the body begins. */
  readonly endAt: number;
}

const maxHeadBytes = 16 * 1024;
const end = "\r\n\r\n";
/**
 * Everything that two readers could understand differently is somebody else's to judge: folded lines, lone LF, control
 * characters, the no-break space (0xA0), which JavaScript takes for one.
 */
const plainHead =
  /^POST (\/[\x21-\x7e]*) HTTP\/1\.1\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\x9f\xa1-\xff]*\r\n)+$/;
const plainLength = /^\d{1,9}$/;
/** Requests with these are seldom, and need more than is done here. */
const others = new Set(["transfer-encoding", "expect", "upgrade", "trailer", "te", "proxy-connection"]);

/**
 * Reads the head of the one sort of request that is answered without `node:http`: a POST of HTTP/1.1 with one length, in
 * which each header stands once. `undefined` for any other, also for one that is not complete.
 */
export function readPlainHead(bytes: Buffer): PlainHead | undefined {
  const endAt = bytes.indexOf(end, 0, "latin1");
  if (endAt === -1 || endAt > maxHeadBytes) return undefined;
  const text = bytes.toString("latin1", 0, endAt + 2);
  const url = plainHead.exec(text)?.[1];
  if (url === undefined) return undefined;
  const headers = Object.create(null) as Record<string, string>;
  for (let at = text.indexOf("\r\n") + 2; at < text.length;) {
    const colon = text.indexOf(":", at);
    const lineEnd = text.indexOf("\r\n", colon);
    const name = text.slice(at, colon).toLowerCase();
    if (headers[name] !== undefined || others.has(name)) return undefined;
    headers[name] = text.slice(colon + 1, lineEnd).trim();
    at = lineEnd + 2;
  }
  const length = headers["content-length"];
  const keepAlive = keepsAlive(headers["connection"]);
  if (headers["host"] === undefined || length === undefined || keepAlive === undefined) return undefined;
  if (!plainLength.test(length)) return undefined;
  return { head: { url, headers, bodyBytes: Number(length), keepAlive }, endAt: endAt + end.length };
}

/** `undefined` for what names headers. */
function keepsAlive(connection: string | undefined): boolean | undefined {
  switch (connection?.toLowerCase()) {
    case undefined:
    case "keep-alive":
      return true;
    case "close":
      return false;
    default:
      return undefined;
  }
}
