import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const module = JSON.stringify(new URL("bound-memory.ts", import.meta.url).href);
const program = `
  const { boundMemory } = await import(${module});
  boundMemory();
  const { MALLOC_ARENA_MAX: arenas, BERTH_CHOSE_ARENAS: mark } = process.env;
  console.log(JSON.stringify({ arenas, mark, flags: process.execArgv.filter((word) => word.includes("semi")) }));
`;
const flag = "--max-semi-space-size";

test.each<[string, Record<string, string>, object]>([
  ["its own bounds, of which engines see nothing", {}, { flags: [`${flag}=8`] }],
  [
    "the number of arenas that somebody chose",
    { MALLOC_ARENA_MAX: "1" },
    { arenas: "1", flags: [`${flag}=8`] },
  ],
  [
    "the bound that somebody chose",
    { NODE_OPTIONS: `${flag}=32`, MALLOC_ARENA_MAX: "2" },
    { arenas: "2", flags: [] },
  ],
])("the server starts with %s", (_fact, env, expected) => {
  const folder = mkdtempSync(join(tmpdir(), "berth-bound-"));
  try {
    const file = join(folder, "program.mjs");
    writeFileSync(file, program);
    const out = execFileSync(process.execPath, [file], { env, encoding: "utf8" });
    expect(JSON.parse(out)).toEqual(expected);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
