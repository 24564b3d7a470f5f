import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startBerth, waitForService, type Berth } from "@berth/e2e/berth-process";
import { EndpointRig } from "@berth/e2e/endpoint-rig";
import { start } from "@berth/worker";
import { median } from "./figures.ts";
import { newestLaunch, pilot, targetOf } from "./pilot.ts";
import type { Report } from "./report.ts";
import { streamChat, targetAt } from "./streamed-chat.ts";

const warmUps = 40;
const pairs = 300;
const coldRounds = 5;
const jobs = 200;
const burst = 200;
const mostAddedMs = 0.3;
const mostPulledMs = 10;
const mostColdRatio = 1.3;

/** What an endpoint costs beside the service behind it: warm, from nothing, in a burst; and how soon a worker has a job. */
export async function endpoints(): Promise<Report> {
  const berth = await startBerth();
  try {
    await waitForService(berth, pilot);
    const rig = new EndpointRig(berth);
    // as long as nothing else was launched
    const engine = await engineCommand(berth.home);
    const warm = await warmCalls(berth, rig);
    const cold = await fromZero(berth, rig, engine);
    const pulledMs = await pulls(berth, rig);
    const held = await heldBurst(berth, rig);
    const ratio = median(cold.fromZeroMs) / median(cold.engineMs);
    const ms = (values: readonly number[]): string => median(values).toFixed(2);
    return {
      title: "endpoints: medians, taken in turns",
      head: ["", "ms"],
      rows: [
        ["first token of a service through the gateway", ms(warm.serviceMs)],
        ["first token of an endpoint, one replica", ms(warm.endpointMs)],
        ["the engine alone, from its start to its first token", ms(cold.engineMs)],
        ["an endpoint without a replica, to its first token", ms(cold.fromZeroMs)],
        ["a job, from its submit to the start of a worker's handler", ms(pulledMs)],
      ],
      notes: [
        `${burst} calls at once to an endpoint without a replica: ${held.answered} answered, in ${held.tookMs.toFixed(0)} ms`,
      ],
      bars: [
        {
          fact: `a warm call through an endpoint costs at most ${mostAddedMs} ms more than one to its service`,
          measured: `${(median(warm.endpointMs) - median(warm.serviceMs)).toFixed(2)} ms`,
          holds: median(warm.endpointMs) - median(warm.serviceMs) <= mostAddedMs,
        },
        {
          fact: `from nothing, the first token comes within ${mostColdRatio} times the engine's own start`,
          measured: ratio.toFixed(2),
          holds: ratio <= mostColdRatio,
        },
        {
          fact: `a waiting worker's handler starts within ${mostPulledMs} ms (p50)`,
          measured: `${ms(pulledMs)} ms`,
          holds: median(pulledMs) <= mostPulledMs,
        },
        {
          fact: `none of ${burst} held calls is lost`,
          measured: `${held.answered} answered`,
          holds: held.answered === burst,
        },
      ],
    };
  } finally {
    await berth.dispose();
  }
}

async function warmCalls(berth: Berth, rig: EndpointRig) {
  await rig.deployed("warm", { template: { model: "berth/pilot" }, scaling: { min: 1 } });
  const target = targetOf(berth);
  const serviceMs: number[] = [];
  const endpointMs: number[] = [];
  for (let round = -warmUps; round < pairs; round += 1) {
    const order: readonly (readonly [string, number[]])[] = [
      [pilot, serviceMs],
      ["warm", endpointMs],
    ];
    for (const [model, taken] of round % 2 === 0 ? order : order.toReversed()) {
      const { firstTokenMs } = await streamChat(target, chat(model));
      if (round >= 0) taken.push(firstTokenMs);
    }
  }
  await rig.call("DELETE", "/api/v1/endpoints/warm");
  return { serviceMs, endpointMs };
}

async function fromZero(berth: Berth, rig: EndpointRig, engine: EngineCommand) {
  await rig.deployed(
    "cold",
    { template: { model: "berth/pilot" }, scaling: { scaledownPeriodSeconds: 1 } },
    false,
  );
  const engineMs: number[] = [];
  const fromZeroMs: number[] = [];
  for (let round = 0; round < coldRounds; round += 1) {
    engineMs.push(await engineAlone(engine));
    fromZeroMs.push((await streamChat(targetOf(berth), chat("cold"))).firstTokenMs);
    await rig.when(
      "cold",
      "scaled down",
      ({ status, replicas }) => status === "SCALED_DOWN" && replicas.draining === 0,
    );
    // what was stopped a moment ago is over
    await sleep(500);
  }
  await rig.call("DELETE", "/api/v1/endpoints/cold");
  return { engineMs, fromZeroMs };
}

interface EngineCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** As the demo's engine was started, but for its socket. */
async function engineCommand(home: string): Promise<EngineCommand> {
  const dir = await newestLaunch(home);
  const { engine } = JSON.parse(await readFile(join(dir, "state.json"), "utf8")) as {
    engine: { pid: number };
  };
  const words = async (what: string): Promise<string[]> =>
    (await readFile(`/proc/${engine.pid}/${what}`, "utf8")).split("\0").filter((word) => word !== "");
  const env = Object.fromEntries(
    (await words("environ")).map((line) => [
      line.slice(0, line.indexOf("=")),
      line.slice(line.indexOf("=") + 1),
    ]),
  );
  return { argv: await words("cmdline"), env };
}

async function engineAlone({ argv, env }: EngineCommand): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-"));
  const socketPath = join(folder, "engine.sock");
  const at = argv.indexOf("--socket");
  const [file = "", ...words] = argv.with(at + 1, socketPath);
  const startedAtMs = performance.now();
  const child = spawn(file, words, { env, stdio: ["pipe", "ignore", "ignore"] });
  try {
    while (!(await isReady(socketPath))) await sleep(2);
    const target = targetAt({ socketPath });
    await streamChat(target, chat(pilot));
    return performance.now() - startedAtMs;
  } finally {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  }
}

function isReady(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    request({ socketPath, path: "/health" }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    })
      .on("error", () => resolve(false))
      .end();
  });
}

async function pulls(berth: Berth, rig: EndpointRig): Promise<readonly number[]> {
  await rig.call("POST", "/api/v1/endpoints", { name: "pulled", template: null });
  const submitted = new Map<number, number>();
  const takenMs: number[] = [];
  const begun = Promise.withResolvers<void>();
  let wake: () => void = () => undefined;
  const worker = start({
    url: berth.url,
    key: berth.adminKey,
    endpoint: "pulled",
    handler: ({ input }: { input: { number: number } }) => {
      takenMs.push(performance.now() - (submitted.get(input.number) ?? Number.NaN));
      begun.resolve();
      wake();
      return null;
    },
  });
  for (let number = 0; number < jobs; number += 1) {
    const handled = new Promise<void>((resolve) => (wake = resolve));
    submitted.set(number, performance.now());
    await rig.call("POST", "/api/v1/endpoints/pulled/jobs", { input: { number } });
    await handled;
    // the worker is to wait for the next one
    await sleep(10);
  }
  await worker.stop();
  return takenMs.slice(10);
}

async function heldBurst(berth: Berth, rig: EndpointRig) {
  await rig.deployed(
    "burst",
    { template: { model: "berth/pilot" }, scaling: { targetPendingRequests: 1000 } },
    false,
  );
  const target = targetOf(berth);
  const began = performance.now();
  const answers = await Promise.allSettled(
    Array.from({ length: burst }, () => streamChat(target, { ...chat("burst"), max_tokens: 2 })),
  );
  return {
    answered: answers.filter(({ status }) => status === "fulfilled").length,
    tookMs: performance.now() - began,
  };
}

function chat(model: string): object {
  return { model, messages: [{ role: "user", content: "What is Berth?" }], max_tokens: 1, temperature: 0 };
}
