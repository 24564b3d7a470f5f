import { expect, test } from "vitest";
import { parseH2ogptKeys } from "./h2ogpt-keys.ts";

test.each([
  ['["key1","key2"]', ["key1", "key2"]],
  ["['key2', 'key1', 'key2',]", ["key2", "key1"]],
  ["[]", []],
])("%s", (text, keys) => {
  expect(parseH2ogptKeys(text)).toEqual(keys);
});

test.each([
  ['{"a": "SECRET"}', "h2ogpt_api_keys", "is no list"],
  ['"SECRET"', "h2ogpt_api_keys", "is no list"],
  ['["SECRET", 7]', "h2ogpt_api_keys[1]", "is no text"],
  ['["SECRET", ""]', "h2ogpt_api_keys[1]", "is empty"],
  ['[" SECRET"]', "h2ogpt_api_keys[0]", "has spaces around it"],
  ['["SECRET" SECRET]', "h2ogpt_api_keys", "line 1, column 11: expected `,` or `]`"],
])("%s is told without a key", (text, param, message) => {
  expect(() => parseH2ogptKeys(text)).toThrow(
    expect.objectContaining({ code: "invalid_request", param, message: expect.stringContaining(message) }),
  );
  expect(() => parseH2ogptKeys(text)).not.toThrow("SECRET");
});
