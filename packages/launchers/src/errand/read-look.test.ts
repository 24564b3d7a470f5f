import { expect, test } from "vitest";
import { parseLook } from "./read-look.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

test.for([
  ["exit=\nerrors=\n", { exitCode: null, errors: "" }],
  [`exit=3\nerrors=${base64("oops\n")}\n`, { exitCode: 3, errors: "oops\n" }],
] as const)("%j", ([text, seen]) => {
  expect(parseLook(text)).toMatchObject(seen);
});

test("output comes back byte by byte, however long", () => {
  const output = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
  const lines = output.toString("base64").replaceAll(/.{76}/g, "$&\n");
  expect(parseLook(`exit=0\nerrors=\n${lines}\n`).output.equals(output)).toBe(true);
});

test.for(["gone", "away"] as const)("a directory that is %s is told", (missing) => {
  expect(parseLook(`exit=${missing}\nerrors=\n`)).toMatchObject({ missing, exitCode: null });
});
