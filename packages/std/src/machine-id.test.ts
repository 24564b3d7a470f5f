import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readMachineId } from "./machine-id.ts";

test("a machine's id is its file's text; without the file, or with an empty one, it has none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "berth-machine-"));
  const path = join(folder, "machine-id");
  expect(await readMachineId(path)).toBeNull();
  await writeFile(path, "\n");
  expect(await readMachineId(path)).toBeNull();
  await writeFile(path, "0123456789abcdef\n");
  expect(await readMachineId(path)).toBe("0123456789abcdef");
  await rm(folder, { recursive: true });
});
