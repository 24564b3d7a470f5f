import { BerthError, type ErrorCode } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { inSlurmJobMs, keepTrying, onLoginNodeMs } from "./keep-trying.ts";

const hourMs = 3_600_000;

/** Nobody waits: it is later at once. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    monotonic: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };
}

/** Work that fails with each code until that time, one after the other, and then is done. */
async function tried(until: readonly (readonly [ErrorCode, number])[], maxAwayMs: number) {
  const clock = hastyClock();
  const waits: string[] = [];
  const work = async (): Promise<string> => {
    const [code] = until.find(([, end]) => clock.now() < end) ?? [];
    if (code !== undefined) throw new BerthError(code, code);
    return "done";
  };
  const patience = { clock, random: () => 0.5, maxAwayMs };
  const onWait = ({ message }: BerthError): void => void waits.push(message);
  const outcome = await keepTrying(patience, { work, onWait }, new AbortController().signal).catch(
    (error: BerthError) => error.code,
  );
  return { outcome, waits };
}

test.for([
  ["nothing fails because of a login that has expired", "login_required", onLoginNodeMs, "done"],
  ["nor of a host whose key waits to be looked at", "host_key_refused", onLoginNodeMs, "done"],
  [
    "what ends with the connection is given up some time",
    "host_unreachable",
    onLoginNodeMs,
    "host_unreachable",
  ],
  ["a Slurm job goes on without us, and is waited for", "host_unreachable", inSlurmJobMs, "done"],
  ["anything else is told at once", "upstream_failed", inSlurmJobMs, "upstream_failed"],
] as const)("%s", async ([, code, maxAwayMs, outcome]) => {
  expect((await tried([[code, 12 * hourMs]], maxAwayMs)).outcome).toBe(outcome);
});

test("the time that a login was waited for is not held against the connection", async () => {
  const { outcome, waits } = await tried(
    [
      ["login_required", hourMs],
      ["host_unreachable", hourMs + onLoginNodeMs / 2],
    ],
    onLoginNodeMs,
  );
  expect(outcome).toBe("done");
  expect(waits).toEqual(["login_required", "host_unreachable"]);
});
