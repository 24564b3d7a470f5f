import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { parseKey } from "./parse-key.ts";

test.each([
  ["hex", randomBytes(32).toString("hex"), true],
  ["base64", randomBytes(32).toString("base64"), true],
  ["base64url", randomBytes(32).toString("base64url"), true],
  ["too short", randomBytes(31).toString("hex"), false],
  ["a sentence", "correct horse battery staple correct horse ba", false],
])("a key given as %s is read or refused", (_form, text, isKey) => {
  expect(parseKey(text)?.length).toBe(isKey ? 32 : undefined);
});
