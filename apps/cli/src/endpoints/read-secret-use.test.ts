import { expect, test } from "vitest";
import { readSecretUse } from "./read-secret-use.ts";

test.for([
  ["hf-token", { secret: "hf-token", env: "HF_TOKEN", as: "value" }],
  ["hf-token=TOKEN", { secret: "hf-token", env: "TOKEN", as: "value" }],
  ["account:file", { secret: "account", env: "ACCOUNT", as: "file" }],
  ["account=CREDENTIALS:file", { secret: "account", env: "CREDENTIALS", as: "file" }],
] as const)("--secret %s", ([text, use]) => {
  expect(readSecretUse(text)).toEqual(use);
});

test.for(["", "=A", "x=1A", "x:value", "a=B=C:file:file", "9"])("--secret %j is refused", (text) => {
  expect(() => readSecretUse(text)).toThrow("give NAME, NAME=VARIABLE or NAME=VARIABLE:file");
});
