import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Profile } from "@berth/api";
import { createHosts } from "@berth/launchers/remote";
import { systemClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { runThere, runThereSetUp } from "./run-there.ts";

/** As a site's module would: the program is found from then on. */
const setup = "cat; set -u\nexport SITE_PROGRAM='apptainer 1.4' # from a module";

const profile: Profile = {
  id: "della",
  name: "della",
  default: true,
  status: "ready",
  statusReason: null,
  schema: "slurm",
  home: "/home/me/b",
  cache: "/cache",
  slurm: { host: "localhost", setup },
  connection: null,
};

test.for([
  ["after the profile's set-up", runThereSetUp, /apptainer 1\.4\|the order$/],
  ["as it is", runThere, /^\|the order$/],
] as const)("the runner is run %s, and gets its order whole", async ([, run, said]) => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "berth-there-"));
  // a login file that reads what it finds is no reader of the order
  await writeFile(join(folder.path, ".bash_profile"), "cat\n");
  const hosts = createHosts({
    controlDir: folder.path,
    userHome: folder.path,
    env: { ...process.env, HOME: folder.path },
    clock: systemClock,
    nodePath: process.execPath,
    changed: () => undefined,
  });
  const program = async () => ["sh", "-c", 'printf "%s|" "$SITE_PROGRAM"; cat'];
  const runner = run({ hostOf: (each) => hosts.hostOf(each), program });
  const { stdin, stdout } = await runner(profile, [], new AbortController().signal);
  stdin.end("the order");
  expect(await text(stdout)).toMatch(said);
  await hosts[Symbol.asyncDispose]();
});
