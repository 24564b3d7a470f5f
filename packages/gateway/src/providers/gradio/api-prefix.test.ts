import { expect, test } from "vitest";
import { apiPrefix } from "./api-prefix.ts";

test.each([
  [undefined, ""],
  ["", ""],
  ["/", ""],
  ["/gradio_api", "/gradio_api"],
  ["/a/b.c/", "/a/b.c"],
])("%j is %j", (told, prefix) => {
  expect(apiPrefix(told)).toBe(prefix);
});

test.each([
  "@127.0.0.1:9/internal",
  ":9/x",
  ".example.org",
  "/..",
  "/a/../b",
  "//x",
  "/a?b",
  "/a#b",
  "/%2e",
  "/a\\b",
])("%j could lead elsewhere", (told) => {
  expect(apiPrefix(told)).toBeUndefined();
});
