import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { scriptedEngine } from "@berth/testing/scripted-engine";
import { systemClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { LocalPlace } from "../test/local-place.ts";
import type { Launcher, LaunchRequest, Observation } from "../launcher.ts";

const signal = new AbortController().signal;

async function look(launcher: Launcher, request: LaunchRequest): Promise<Observation | undefined> {
  return (await launcher.observe([request], signal)).get(request.launchId);
}

/** Looks until it has the kind. */
async function becomes(
  launcher: Launcher,
  request: LaunchRequest,
  kind: Observation["kind"],
): Promise<Observation> {
  for (;;) {
    const seen = await look(launcher, request);
    if (seen?.kind === kind) return seen;
    await systemClock.sleep(10);
  }
}

/** A launch that says it lives in a container; what is left of it is removed as long as `locked` is not there. */
async function launchContained(place: LocalPlace) {
  const launcher = place.launcher();
  const plain = place.requestCommand([...scriptedEngine, "--listen", "{socket}"]);
  const locked = join(place.home, "locked");
  const cleaned = join(place.home, "cleaned");
  const script = 'test -e "$0" && { echo it is locked >&2; exit 125; }; echo "$2" >> "$1"';
  const { program } = plain.spec;
  if (program.kind !== "command") throw new Error("no command");
  const container = { cleanup: [["sh", "-c", script, locked, cleaned, "{launch}"]], forward: {} };
  const request = { ...plain, spec: { ...plain.spec, program: { ...program, container } } };
  await launcher.launch(request, signal);
  for (;;) {
    const seen = await look(launcher, request);
    if (seen?.kind === "exited" || seen?.kind === "unknown") throw new Error(JSON.stringify(seen));
    if (seen?.kind === "running" && seen.state?.phase === "ready") break;
  }
  return { launcher, request, locked, cleaned, scratch: (await place.state(request)).scratchDir ?? "" };
}

test("what a killed runner leaves of a container is removed when the launch is seen", async () => {
  await using place = new LocalPlace();
  const { launcher, request, cleaned, scratch } = await launchContained(place);
  await place.kill(request, "runner");
  await becomes(launcher, request, "exited");
  expect(await readFile(cleaned, "utf8")).toBe(`${request.launchId}\n`);
  expect(existsSync(scratch)).toBe(false);
  // it has ended once and for all
  await look(launcher, request);
  expect(await readFile(cleaned, "utf8")).toBe(`${request.launchId}\n`);
});

test("as long as it cannot be removed the launch is not over, whoever noticed: a runner or a launcher", async () => {
  await using place = new LocalPlace();
  for (const end of ["killed", "stopped"]) {
    const { launcher, request, locked, cleaned, scratch } = await launchContained(place);
    await writeFile(locked, "");
    if (end === "killed") await place.kill(request, "runner");
    else await expect(launcher.stop(request, { graceMs: 20_000 }, signal)).rejects.toThrow("it is locked");
    expect(await becomes(launcher, request, "unknown")).toMatchObject({
      reason: expect.stringContaining("it is locked") as string,
    });
    await rm(locked);
    expect(await look(launcher, request)).toMatchObject({
      kind: "exited",
      exit: { requested: end === "stopped" },
    });
    expect(existsSync(scratch)).toBe(false);
    expect((await place.state(request)).scratchDir).toBeNull();
    await rm(cleaned);
  }
});
