import { expect, test } from "vitest";
import { headerValue, passedHeaders } from "./headers.ts";

test.each([
  [
    "what concerns the message passes, as it was written",
    ["X-Trace", "a", "accept", "b"],
    ["X-Trace", "a", "accept", "b"],
  ],
  [
    "what concerns the connection stays",
    ["Connection", "keep-alive", "Keep-Alive", "timeout=5", "TE", "gzip"],
    [],
  ],
  [
    "what Connection names stays",
    ["connection", "close, X-Trace", "x-trace", "a", "X-Other", "b"],
    ["X-Other", "b"],
  ],
  [
    "what says where the body ends passes, whatever Connection names",
    ["connection", "Content-Length, transfer-encoding, host", "content-length", "2", "Host", "h"],
    ["content-length", "2", "Host", "h"],
  ],
  [
    "a header that comes twice passes twice",
    ["Set-Cookie", "a=1", "Set-Cookie", "b=2"],
    ["Set-Cookie", "a=1", "Set-Cookie", "b=2"],
  ],
  ["the framing of the body passes", ["Transfer-Encoding", "chunked"], ["Transfer-Encoding", "chunked"]],
  ["what is dropped is dropped in any case of letters", ["X-Secret", "s", "A", "b"], ["A", "b"]],
])("%s", (_, raw, passed) => {
  expect(passedHeaders(raw, ["x-secret"])).toEqual(passed);
});

test("a header is found whatever its case, the first one of many", () => {
  expect(headerValue(["A", "1", "X-Secret", "2", "x-secret", "3"], "x-secret")).toBe("2");
  expect(headerValue(["A", "1"], "x-secret")).toBeUndefined();
});
