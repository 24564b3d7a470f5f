import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { systemClock } from "./clock.ts";
import { familyMembers, killFamily, type FamilyMark } from "./process-family.ts";
import { identifyProcess } from "./process-identity.ts";
import { residentMiB } from "./process-table.ts";

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill("SIGKILL")));

/** Starts a shell in a group of its own and resolves once it has printed the number of the process it left behind. */
async function start(script: string, value: string): Promise<{ child: ChildProcess; printed: number }> {
  const env = { ...process.env, BERTH_TEST_FAMILY: value };
  const child = spawn("sh", ["-c", script], { env, detached: true, stdio: ["ignore", "pipe", "ignore"] });
  children.push(child);
  const [chunk] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, printed: Number(chunk.toString()) };
}

function mark(value: string, pid?: number): FamilyMark {
  const leader = pid === undefined ? undefined : identifyProcess(pid);
  return { environment: { name: "BERTH_TEST_FAMILY", value }, leader };
}

test("children that ignore SIGTERM are of the family, and die with it", async () => {
  const value = randomUUID();
  const { child, printed } = await start("trap '' TERM; sleep 600 & echo $!; wait", value);
  const family = mark(value, child.pid);
  expect(familyMembers(family)).toEqual(expect.arrayContaining([child.pid, printed]));
  expect(residentMiB(familyMembers(family))).toBeGreaterThan(0.1);
  expect(await killFamily(family, { withinMs: 5_000, clock: systemClock })).toEqual([]);
  expect(identifyProcess(printed)).toBeUndefined();
});

test.runIf(process.platform === "linux")(
  "one that left the group is found by the variable it inherited",
  async () => {
    const value = randomUUID();
    const { child, printed } = await start("setsid sleep 600 & echo $!; wait", value);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(familyMembers(mark(value))).toEqual([printed]);
    await killFamily(mark(value), { withinMs: 5_000, clock: systemClock });
    expect(identifyProcess(printed)).toBeUndefined();
  },
);

test("a group outlives its leader, and one without the variable is found by it", async () => {
  const value = randomUUID();
  const { child, printed } = await start("env -i sleep 600 & echo $!; wait", value);
  const family = mark(value, child.pid);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(familyMembers(family)).toEqual([printed]);
  await killFamily(family, { withinMs: 5_000, clock: systemClock });
});

test("a group whose number belongs to a later process, or to another boot, is not touched", async () => {
  const { child } = await start("echo 0; sleep 600", randomUUID());
  const leader = identifyProcess(child.pid!)!;
  const environment = { name: "BERTH_TEST_FAMILY", value: "nobody" };
  expect(familyMembers({ environment, leader: { ...leader, startTime: "1" } })).toEqual([]);
  expect(familyMembers({ environment, leader: { ...leader, bootId: "another" } })).toEqual([]);
  expect(familyMembers({ environment, leader })).toContain(child.pid);
});
