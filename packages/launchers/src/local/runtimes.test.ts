import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { probeGpus, probeRuntimes } from "./runtimes.ts";

/** A PATH with nothing on it but these scripts. */
async function pathWith(
  folder: string,
  programs: Readonly<Record<string, string>>,
): Promise<{ PATH: string }> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await writeFiles(
    bin,
    Object.fromEntries(Object.entries(programs).map(([name, body]) => [name, `#!/bin/sh\n${body}\n`])),
  );
  for (const name of Object.keys(programs)) await chmod(join(bin, name), 0o755);
  return { PATH: bin };
}

test.each<[string, Record<string, string>, string[]]>([
  ["nothing installed", {}, []],
  ["Docker without its daemon", { docker: "echo Cannot connect >&2; exit 1" }, []],
  [
    "Docker with its daemon, Apptainer",
    { docker: "echo 27.0", apptainer: "echo 1.4.5" },
    ["docker", "apptainer"],
  ],
  ["Podman that cannot store", { podman: "exit 125" }, []],
  [
    "all three",
    { apptainer: "exit 0", podman: "exit 0", docker: "exit 0" },
    ["docker", "podman", "apptainer"],
  ],
])("%s", async (_, programs, runtimes) => {
  await using folder = await temporaryFolder();
  expect(await probeRuntimes(await pathWith(folder.path, programs))).toEqual(["process", ...runtimes]);
});

test("GPUs are counted as the driver lists them", async () => {
  await using folder = await temporaryFolder();
  const listing = "echo 'GPU 0: NVIDIA A100 (UUID: GPU-1)'; echo 'GPU 1: NVIDIA A100 (UUID: GPU-2)'";
  expect(await probeGpus(await pathWith(folder.path, { "nvidia-smi": listing }))).toBe(2);
  expect(await probeGpus({ PATH: join(folder.path, "nowhere") })).toBe(0);
});
