import { expect, test } from "vitest";
import { failureIn, refineFailure } from "./failure.ts";

const error = (code: number, status: string, details: object[] = []): string =>
  JSON.stringify({ error: { code, status, message: "no", details } });

test.each<[string, string, object]>([
  [
    "a key that is none",
    error(400, "INVALID_ARGUMENT", [{ reason: "API_KEY_INVALID" }]),
    { kind: "credential" },
  ],
  ["a place where it is not offered", error(400, "FAILED_PRECONDITION"), { kind: "credential" }],
  ["a missing permission", error(403, "PERMISSION_DENIED"), { kind: "credential" }],
  ["a model that is not there", error(404, "NOT_FOUND"), { kind: "absent" }],
  [
    "a quota that is spent, until a moment",
    error(429, "RESOURCE_EXHAUSTED", [{ reason: "x" }, { retryDelay: "36s" }]),
    { kind: "busy", retryAfterMs: 36_000 },
  ],
  ["too much to do", `[${error(503, "UNAVAILABLE")}]`, { kind: "busy" }],
  ["a request that is wrong", error(400, "INVALID_ARGUMENT"), {}],
  ["a page of a proxy", "<html>", {}],
])("%s is known by its body", (_fact, body, facts) => {
  expect(refineFailure(body)).toEqual(facts);
});

test("a prompt that is too long is known within a stream too", () => {
  const message = "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).";
  const json = JSON.stringify({ error: { code: 400, status: "INVALID_ARGUMENT", message } });
  expect(failureIn(json)).toMatchObject({ kind: "too_long", message });
});
