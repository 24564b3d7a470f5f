import { median, quantile } from "../figures.ts";
import type { Report } from "../report.ts";
import { streamChat, targetAt, type ChatTarget } from "../streamed-chat.ts";
import { far, near, startFarPilot } from "./far-pilot.ts";
import { roundTripMs } from "./round-trip.ts";

const mostAddedP50Ms = 3;
const mostAddedP99Ms = 15;
const mostAddedFirstTokenMs = 2;
const warmUps = 30;
const pairs = 300;
/** Each way. */
const delaysMs = [0, 25];

interface Taken {
  readonly near: number[];
  readonly far: number[];
}

/** What the way to the cluster adds to small warm requests and to first tokens, beside the same model on this machine. */
export async function slurmTunnel(): Promise<Report> {
  await using cluster = await startFarPilot();
  const { berth } = cluster;
  const target = targetAt({ host: "127.0.0.1", port: Number(new URL(berth.url).port) }, berth.adminKey);
  const rows: string[][] = [];
  const bars: Report["bars"][number][] = [];
  for (const delayMs of delaysMs) {
    cluster.lab.fault("wan", `delay=${delayMs}`);
    // the cable's own timers add to what it was told
    const cableMs = roundTripMs(cluster.lab);
    const cable = cableMs.toFixed(1);
    const whole = await takeTurns(async (model) => askOnce(target, model));
    const first = await takeTurns(async (model) => (await streamChat(target, chat(model, 8))).firstTokenMs);
    const p50 = median(whole.far) - median(whole.near);
    const p99 = quantile(whole.far, 0.99) - quantile(whole.near, 0.99);
    const token = median(first.far) - median(first.near);
    rows.push(
      ...[
        ["request p50", median(whole.near), median(whole.far), p50] as const,
        ["request p99", quantile(whole.near, 0.99), quantile(whole.far, 0.99), p99] as const,
        ["first token p50", median(first.near), median(first.far), token] as const,
      ].map(([name, ...values]) => [`${name}, round trip ${cable} ms`, ...values.map((ms) => ms.toFixed(2))]),
    );
    const bar = (what: string, added: number, most: number): void => {
      bars.push({
        fact: `${what}: at most ${most} ms and the cable's ${cable} ms more`,
        measured: `${added.toFixed(2)} ms`,
        holds: added <= most + cableMs,
      });
    };
    bar("a small warm request (p50)", p50, mostAddedP50Ms);
    bar("a small warm request (p99)", p99, mostAddedP99Ms);
    bar("the first token of a stream (p50)", token, mostAddedFirstTokenMs);
  }
  cluster.lab.fault("wan", "reset");
  return {
    title: `slurm-tunnel: one model here and on the cluster, ${pairs} pairs taken in turns, ms`,
    head: ["", "here", "there", "added"],
    rows,
    bars,
  };
}

function chat(model: string, maxTokens: number): object {
  const messages = [{ role: "user", content: "What is the capital of France?" }];
  return { model, messages, max_tokens: maxTokens, temperature: 0 };
}

async function askOnce(target: ChatTarget, model: string): Promise<number> {
  const startedAtMs = performance.now();
  await streamChat(target, chat(model, 1));
  return performance.now() - startedAtMs;
}

async function takeTurns(ask: (model: string) => Promise<number>): Promise<Taken> {
  const taken: Taken = { near: [], far: [] };
  for (let round = -warmUps; round < pairs; round += 1) {
    const order = [
      [near, taken.near],
      [far, taken.far],
    ] as const;
    for (const [model, values] of round % 2 === 0 ? order : order.toReversed()) {
      const ms = await ask(model);
      if (round >= 0) values.push(ms);
    }
  }
  return taken;
}
