import { expect, test } from "vitest";
import { isPlainPath } from "./plain-path.ts";

test.for([
  "/v1/files",
  "/v1/files/a..b",
  "/v1/models/ft:gpt%2Fx",
  "/v1/models/a%20b%3Ac",
  "/v1/.well-known",
  "/v1/...",
])("%s is plain", (path) => {
  expect(isPlainPath(path)).toBe(true);
});

test.for([
  "/v1//chat/completions",
  "/v1/./chat/completions",
  "/v1/chat/%63ompletions",
  "/v1/../key/generate",
  "/v1/..",
  "/v1/./x",
  "/v1/%2e%2e/x",
  "/v1/.%2E/x",
  "/v1/x%2f..%2fy",
  "/v1/..%5cx",
  "/v1/..\\x",
])("%s is not", (path) => {
  expect(isPlainPath(path)).toBe(false);
});
