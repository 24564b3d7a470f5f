import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "tsdown";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lightStart } from "../../../tools/light-start.ts";
import { sampleService } from "./test/samples.ts";
import { startRig } from "./test/rig.ts";

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "berth-bundle-"));
  cpSync(join(import.meta.dirname, "../package.json"), join(folder, "package.json"));
  await build({
    ...lightStart,
    config: false,
    entry: { berth: join(import.meta.dirname, "main.ts") },
    outDir: join(folder, "dist"),
    format: "esm",
    platform: "node",
    target: "node24",
    outExtensions: () => ({ js: ".mjs" }),
    dts: false,
    deps: { alwaysBundle: [/.*/] },
    logLevel: "silent",
  });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const chunks = (): { name: string; code: string }[] =>
  readdirSync(join(folder, "dist")).map((name) => ({
    name,
    code: readFileSync(join(folder, "dist", name), "utf8"),
  }));

/** What Node loads before the first line of the program runs. */
function loadedFirst(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const code = chunks().find((chunk) => chunk.name === name)?.code ?? "";
  for (const [, imported = ""] of code.matchAll(/^(?:import|export) .*?from "\.\/([^"]+)";$/gm))
    loadedFirst(imported, seen);
  return seen;
}

test("what every command loads is two files, without schemas, prompts or Node's namespaces", () => {
  const first = [...loadedFirst("berth.mjs")];
  expect(first).toHaveLength(2);
  const code = chunks()
    .filter(({ name }) => first.includes(name))
    .map((chunk) => chunk.code)
    .join("\n");
  expect(code).toContain("class Command");
  expect(code).not.toMatch(/ZodType|@clack/);
  expect(code).not.toMatch(/^import .* from "node:/m);
});

test("the bundle works like the source", async () => {
  await using rig = await startRig({ listServices: () => ({ data: [sampleService()] }) });
  const run = (...words: string[]) => rig.runNode([join(folder, "dist/berth.mjs"), ...words]);
  const [bundled, source] = [await run("ls", "--json"), await rig.run(["ls", "--json"])];
  expect(bundled).toEqual(source);
  expect(bundled.code).toBe(0);
  expect(
    spawnSync(process.execPath, [join(folder, "dist/berth.mjs"), "--version"], { encoding: "utf8" }).stdout,
  ).toMatch(/^\d/);
  expect((await run("model", "--help")).stdout).toContain("berth model");
});
