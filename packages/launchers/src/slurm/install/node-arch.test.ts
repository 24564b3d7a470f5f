import { expect, test } from "vitest";
import { nodeArch } from "./node-arch.ts";

test.each([
  ["x86_64", "x64"],
  ["aarch64", "arm64"],
  ["ppc64le", "ppc64"],
])("%s is %s", (machine, arch) => {
  expect(nodeArch(machine)).toBe(arch);
});

test.each([
  "x/evil#",
  "x64@npm:evil",
  "x/../../../../home",
  "--registry=http://evil",
  "constructor",
  "",
  "x86_64\n",
])("%j names no package and no directory here", (machine) => {
  expect(() => nodeArch(machine)).toThrow(expect.objectContaining({ code: "unprocessable" }));
});
