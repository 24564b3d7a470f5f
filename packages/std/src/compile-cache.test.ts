import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compiledCodeDir, isOurs } from "./compile-cache.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "berth-compiled-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test.each([
  ["the user's cache directory", { XDG_CACHE_HOME: "/cache", HOME: "/u" }, "/cache/berth/compiled"],
  ["a relative one counts for nothing", { XDG_CACHE_HOME: "c", HOME: "/u" }, "/u/.cache/berth/compiled"],
  ["without one, the usual place", { HOME: "/u" }, "/u/.cache/berth/compiled"],
  ["a user without a home has none", {}, undefined],
])("%s", (_, env, dir) => {
  expect(compiledCodeDir(env)).toBe(dir);
});

test("the directory is made for this user alone", () => {
  const dir = join(root, "a", "b");
  expect(isOurs(dir)).toBe(true);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

test("one that others can write to is not ours, nor one that cannot be made", () => {
  const open = join(root, "open");
  mkdirSync(open);
  chmodSync(open, 0o777);
  expect(isOurs(open)).toBe(false);
  writeFileSync(join(root, "file"), "");
  expect(isOurs(join(root, "file", "dir"))).toBe(false);
});

test("what a program loads afterwards is kept", () => {
  const library = join(root, "library.mjs");
  const program = join(root, "program.mjs");
  const source = join(import.meta.dirname, "compile-cache.ts");
  writeFileSync(library, "export const two = 1 + 1;");
  writeFileSync(
    program,
    `import { keepCompiledCode } from ${JSON.stringify(source)};
     keepCompiledCode(process.env);
     await import(${JSON.stringify(library)});`,
  );
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  execFileSync(process.execPath, [program], { env: { ...env, XDG_CACHE_HOME: root } });
  expect(readdirSync(join(root, "berth", "compiled"), { recursive: true }).length).toBeGreaterThan(1);
});
