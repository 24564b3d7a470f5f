import { expect, test } from "vitest";
import { answerHeaders } from "./headers.ts";

test.each([
  [
    "headers of the next hop only",
    ["connection", "close, x-hop", "keep-alive", "timeout=5", "x-hop", "1", "te", "x", "a", "1"],
    ["a", "1"],
  ],
  [
    "frames of the upstream's",
    ["transfer-encoding", "chunked", "trailer", "x", "content-type", "a/b"],
    ["content-type", "a/b"],
  ],
  [
    "what would open our origin",
    ["access-control-allow-origin", "*", "set-cookie", "a=1", "clear-site-data", "*"],
    [],
  ],
  ["another request id", ["x-request-id", "theirs"], []],
])("%s are not passed to the client", (_fact, headers, kept) => {
  expect(answerHeaders(headers, "r1")).toEqual(["x-request-id", "r1", ...kept]);
});

test("everything else is, repeated headers too", () => {
  const headers = ["retry-after", "3", "x-a", "1", "x-a", "2", "content-length", "5"];
  expect(answerHeaders(headers, "r1")).toEqual(["x-request-id", "r1", ...headers]);
});
