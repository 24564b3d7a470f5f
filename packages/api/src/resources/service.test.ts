import { expect, test } from "vitest";
import { commandSpecSchema } from "./service.ts";

test.each([
  ["TOKEN", true],
  ["my.setting", true],
  ["../../CERT", false],
  ["A=B", false],
  ["A\0", false],
  ["", false],
])("a command's environment has names that a program can be given: %j", (name, isName) => {
  expect(commandSpecSchema.safeParse({ argv: ["a"], env: { [name]: "x" } }).success).toBe(isName);
});
