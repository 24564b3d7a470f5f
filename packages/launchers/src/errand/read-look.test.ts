import { expect, test } from "vitest";
import { parseLook } from "./read-look.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.for([
  ["exit=\nstate=\nerrors=\n", { exitCode: null, job: { kind: "unasked" }, errors: "" }],
  ["exit=\nstate=unknown\nerrors=\n", { exitCode: null, job: { kind: "unknown" } }],
  ["exit=\nstate=none\nerrors=\n", { exitCode: null, job: { kind: "none" } }],
  ["exit=\nstate=12 PENDING Priority\nerrors=\n", { job: { kind: "known", words: "PENDING (Priority)" } }],
  ["exit=\nstate=12 RUNNING None\nerrors=\n", { job: { kind: "known", words: "RUNNING" } }],
  [`exit=3\nstate=\nerrors=${base64("oops\n")}\n`, { exitCode: 3, errors: "oops\n" }],
] as const)("%j", ([text, seen]) => {
  expect(parseLook(text)).toMatchObject(seen);
});

test("output comes back byte by byte, however long", () => {
  const output = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
  const lines = output.toString("base64").replaceAll(/.{76}/g, "$&\n");
  expect(parseLook(`exit=0\nstate=\nerrors=\n${lines}\n`).output.equals(output)).toBe(true);
});

test("a directory that has gone is told", () => {
  expect(() => parseLook("exit=gone\nstate=\nerrors=\n")).toThrow("directory is gone");
});
