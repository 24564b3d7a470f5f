/** Names, then values, in turn, as `node:http` gives and takes them. */
export type RawHeaders = readonly string[];

/** Headers that concern one connection, not the message (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "upgrade",
]);

/** Without these nobody knows where a message ends, or whom it is for, whatever `connection` names. */
const needed = new Set(["content-length", "transfer-encoding", "host"]);

/** The headers to pass on: neither those of one connection, nor those it names, nor `dropped` (in lower case). */
export function passedHeaders(raw: RawHeaders, dropped: readonly string[]): string[] {
  const named = connectionNames(raw);
  const passed: string[] = [];
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? "";
    const lower = name.toLowerCase();
    if (hopByHop.has(lower) || dropped.includes(lower) || named?.has(lower) === true) continue;
    passed.push(name, raw[at + 1] ?? "");
  }
  return passed;
}

/** The value of the first header of that name (in lower case). */
export function headerValue(raw: RawHeaders, name: string): string | undefined {
  for (let at = 0; at + 1 < raw.length; at += 2)
    if (raw[at]?.length === name.length && raw[at]?.toLowerCase() === name) return raw[at + 1];
  return undefined;
}

/** What "Connection: close, X-Trace" adds to the list; most messages have nothing there but "keep-alive". */
function connectionNames(raw: RawHeaders): ReadonlySet<string> | undefined {
  const value = headerValue(raw, "connection");
  if (value === undefined || value === "keep-alive" || value === "close") return undefined;
  const names = value.split(",").map((name) => name.trim().toLowerCase());
  return new Set(names.filter((name) => !needed.has(name)));
}
