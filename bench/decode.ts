import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { DecodeOrder, DecodeResult } from "./decode-order.ts";
import { grouped, median } from "./figures.ts";
import { pilot, startPilot } from "./pilot.ts";
import type { Report } from "./report.ts";
import { streamChat, type ChatTarget } from "./streamed-chat.ts";

const leastRatio = 0.9;
const maxTokens = 440;
const rounds = new Map([
  [1, 9],
  [8, 5],
]);
const words = [" the", " a", " fox", " king", " and", " to", " it", " is"];

interface Contest {
  readonly streams: number;
  readonly direct: readonly number[];
  readonly through: readonly number[];
}

/** Tokens per second that a client sees through gateway and runner, beside the engine called in its own process. */
export async function decode(): Promise<Report> {
  await using running = await startPilot();
  await using engine = await startEngine(join(running.launchDir, "engine.json"));
  const contests: Contest[] = [];
  for (const [streams, count] of rounds) contests.push(await contest(streams, count, engine, running.target));
  return {
    title: "decode: tokens/s of the demo model, medians of rounds taken in turns",
    head: ["", "engine called directly", "client -> gateway -> runner -> engine", "ratio"],
    rows: contests.map(({ streams, direct, through }) => [
      streams === 1 ? "1 stream" : `${streams} streams`,
      grouped(median(direct)),
      grouped(median(through)),
      ratioOf({ direct, through }).toFixed(2),
    ]),
    bars: contests.map((one) => ({
      fact: `${one.streams} at once: at least ${leastRatio} of the engine called directly`,
      measured: ratioOf(one).toFixed(2),
      holds: ratioOf(one) >= leastRatio,
    })),
  };
}

/** Of the two that ran one after the other: what else the machine does then meets both. */
function ratioOf({ direct, through }: Pick<Contest, "direct" | "through">): number {
  return median(through.map((perSecond, at) => perSecond / (direct[at] ?? Number.NaN)));
}

async function contest(
  streams: number,
  count: number,
  engine: DirectEngine,
  target: ChatTarget,
): Promise<Contest> {
  const questions = Array.from({ length: streams }, (_, at) => `Tell me story number ${at + 1}.`);
  const direct: number[] = [];
  const through: number[] = [];
  // the first round warms up
  for (let round = 0; round <= count; round += 1) {
    const inProcess = await engine.run({ questions, maxTokens, words });
    const overHttp = await ask(target, questions, inProcess.bias);
    if (String(inProcess.promptTokens) !== String(overHttp.promptTokens))
      throw new Error("the contestants were not asked the same");
    if (round === 0) continue;
    direct.push(tokensPerSecond(inProcess));
    through.push(tokensPerSecond(overHttp));
  }
  return { streams, direct, through };
}

function tokensPerSecond({ ms, completionTokens }: Pick<DecodeResult, "ms" | "completionTokens">): number {
  return (completionTokens.reduce((sum, count) => sum + count, 0) / ms) * 1000;
}

async function ask(
  target: ChatTarget,
  questions: readonly string[],
  bias: DecodeResult["bias"],
): Promise<Pick<DecodeResult, "ms" | "promptTokens" | "completionTokens">> {
  const startedAtMs = performance.now();
  const answers = await Promise.all(
    questions.map((content) =>
      streamChat(target, {
        model: pilot,
        messages: [{ role: "user", content }],
        max_tokens: maxTokens,
        temperature: 0,
        logit_bias: bias,
      }),
    ),
  );
  return {
    ms: performance.now() - startedAtMs,
    promptTokens: answers.map(({ promptTokens }) => promptTokens),
    completionTokens: answers.map(({ completionTokens }) => completionTokens),
  };
}

interface DirectEngine extends AsyncDisposable {
  run(order: DecodeOrder): Promise<DecodeResult>;
}

async function startEngine(configPath: string): Promise<DirectEngine> {
  const child = fork(join(import.meta.dirname, "decode-engine.ts"), [configPath]);
  const exit = once(child, "exit");
  const failed = exit.then(() => Promise.reject(new Error("the engine ended")));
  failed.catch(() => undefined);
  const next = async <T>(): Promise<T> => {
    const [message] = await Promise.race([once(child, "message"), failed]);
    return message as T;
  };
  await next();
  return {
    run: (order) => {
      const result = next<DecodeResult>();
      child.send(order);
      return result;
    },
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await exit;
    },
  };
}
