import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBerth, type Berth } from "@berth/e2e/berth-process";
import { until } from "@berth/e2e/until";
import { median } from "./figures.ts";
import { freePort } from "@berth/e2e/free-port";
import { newestLaunch, pilot, startPilot } from "./pilot.ts";
import type { Report } from "./report.ts";
import { streamChat, targetAt } from "./streamed-chat.ts";

const mostMs = 1_500;
const rounds = 4;
const askEveryMs = 5;

interface Case {
  readonly name: string;
  /** What happens to the first server, and to what it has launched, before the second start. */
  readonly end: (berth: Berth) => Promise<void>;
}

const cases: readonly Case[] = [
  { name: "the engine is still running", end: (berth) => berth.kill("SIGTERM") },
  {
    name: "the engine starts anew (as after a reboot)",
    end: async (berth) => {
      await berth.kill("SIGKILL");
      await killRunner(await newestLaunch(berth.home));
    },
  },
];

/** From `berth start` in a home that has been used before to the first request's answer. */
export async function secondStart(): Promise<Report> {
  const rows: { readonly name: string; readonly takenMs: readonly number[] }[] = [];
  for (const one of cases) {
    const takenMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) takenMs.push(await secondStartMs(one));
    rows.push({ name: one.name, takenMs });
  }
  return {
    title: `second start: from \`berth start\` to the first answer's end, medians of ${rounds}`,
    head: ["", "ms", "fastest", "slowest"],
    rows: rows.map(({ name, takenMs }) => [
      name,
      ...[median(takenMs), Math.min(...takenMs), Math.max(...takenMs)].map((ms) => ms.toFixed(0)),
    ]),
    bars: rows.map(({ name, takenMs }) => ({
      fact: `${name}: at most ${mostMs} ms`,
      measured: `${median(takenMs).toFixed(0)} ms`,
      holds: median(takenMs) <= mostMs,
    })),
  };
}

/** In a home of its own each time: a service that ends again and again is waited with. */
async function secondStartMs({ end }: Case): Promise<number> {
  const { berth: first } = await startPilot();
  await end(first);
  const port = await freePort();
  const startedAtMs = performance.now();
  const answered = firstAnswer(port, first.adminKey).then(() => performance.now() - startedAtMs);
  const second = await startBerth({ home: first.home, flags: ["--port", String(port)] });
  try {
    return await answered;
  } finally {
    await second.dispose();
  }
}

/** Asks again as long as nobody listens; who listens holds the request until the service is ready. */
async function firstAnswer(port: number, key: string): Promise<void> {
  const body = { model: pilot, messages: [{ role: "user", content: "What is Berth?" }], max_tokens: 8 };
  const untilMs = performance.now() + 60_000;
  for (;;) {
    try {
      await streamChat(targetAt({ host: "127.0.0.1", port }, key), body);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNREFUSED" || performance.now() > untilMs)
        throw error;
      await sleep(askEveryMs);
    }
  }
}

async function killRunner(launchDir: string): Promise<void> {
  const state = JSON.parse(await readFile(join(launchDir, "state.json"), "utf8")) as {
    readonly runner: { readonly pid: number };
    readonly engine: { readonly pid: number };
  };
  process.kill(state.runner.pid, "SIGKILL");
  await until("the engine to end with its runner", () => !isAlive(state.engine.pid) || undefined);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
