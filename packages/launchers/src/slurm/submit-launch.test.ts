import { Readable } from "node:stream";
import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { SchedulerMeter } from "../cluster/index.ts";
import type { RemoteAnswer, RemoteCommand, RemoteHost } from "../remote/remote-host.ts";
import { Installer } from "./install/installer.ts";
import type { Pack } from "./install/pack.ts";
import type { LaunchPlan } from "./plan-launch.ts";
import { Site } from "./site.ts";
import { stopLaunch } from "./stop-launch.ts";
import { submitLaunch } from "./submit-launch.ts";

const never = new AbortController().signal;
const place = { jobName: "berth:home:ab-1", home: "~/.berth", dir: "~/.berth/launches/ab-1" };
const plan = { place, files: [], options: [], launchId: "ab-1" } as unknown as LaunchPlan;
const packs: readonly Pack[] = [
  {
    title: "the engine",
    path: "engines/llama-1",
    open: async () => ({ stream: Readable.from(["x"]), bytes: 1 }),
  },
];

/** A cluster whose commands a test answers, in the order in which they came. */
function cluster() {
  const clock = new FakeClock();
  const commands: { readonly kind: string; readonly answer: (answer: Partial<RemoteAnswer>) => void }[] = [];
  const host = {
    run: ({ lane }: RemoteCommand, signal: AbortSignal) => {
      const { promise, resolve, reject } = Promise.withResolvers<RemoteAnswer>();
      signal.addEventListener("abort", () => reject(signal.reason));
      commands.push({
        kind: lane ?? "other",
        answer: (answer) => resolve({ exitCode: 0, stdout: "", stderr: "", ...answer }),
      });
      return promise;
    },
  } as unknown as RemoteHost;
  const site = new Site({
    host,
    meter: new SchedulerMeter(clock),
    clock,
    installer: new Installer(),
    program: () => Promise.reject(new Error("nobody needs the relay")),
  });
  return { site, commands, kinds: () => commands.map(({ kind }) => kind) };
}

const settled = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 20));

test("a launch that is given up while its engine travels submits nothing more", async () => {
  const { site, commands, kinds } = cluster();
  const giveUp = new AbortController();
  const launching = submitLaunch(site, plan, { packs, tell: () => undefined }, giveUp.signal);
  launching.catch(() => undefined);
  commands[0]?.answer({ exitCode: 71, stdout: "need engines/llama-1\n" });
  await expect.poll(kinds).toEqual(["launch", "upload"]);
  giveUp.abort(new Error("it was ordered to stop"));
  await expect(launching).rejects.toThrow("it was ordered to stop");
  const stopping = stopLaunch(site, place, 0, never);
  await expect.poll(kinds).toEqual(["launch", "upload", "stop"]);
  commands[2]?.answer({});
  await stopping;
  expect(kinds()).toEqual(["launch", "upload", "stop"]);
});

test("one that is given up while it is submitted is left to itself, and stopped once that has ended", async () => {
  const { site, commands, kinds } = cluster();
  const giveUp = new AbortController();
  const launching = submitLaunch(site, plan, { packs, tell: () => undefined }, giveUp.signal);
  launching.catch(() => undefined);
  giveUp.abort(new Error("it was ordered to stop"));
  await expect(launching).rejects.toThrow("it was ordered to stop");
  const stopping = stopLaunch(site, place, 0, never);
  await settled();
  expect(kinds()).toEqual(["launch"]);
  commands[0]?.answer({ stdout: "job 12 1700000000 /home/me/.berth/launches/ab-1\n" });
  await expect.poll(kinds).toEqual(["launch", "stop"]);
  commands[1]?.answer({});
  await stopping;
});
