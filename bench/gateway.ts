import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBerth, waitForService } from "@berth/e2e/berth-process";
import { grouped, quantile } from "./figures.ts";
import { Asker, requestsPerSecond, wrkScriptText, type Latency } from "./gateway-load.ts";
import { startNginx } from "./gateway-nginx.ts";
import { benchKey, benchModel } from "./gateway-request.ts";
import { startProgram } from "./program.ts";
import { cpuSeconds } from "./process-cost.ts";
import type { Report } from "./report.ts";

const connections = 32;
const secondsEach = 2;
const rounds = 2;
const latencyRounds = 20;
const requestsARound = 40;
/** One process has to carry this many requests a second. */
const wantedPerSecond = 6_000;

interface Contestant {
  readonly name: string;
  readonly port: number;
  /** The process whose cost is looked at. */
  readonly pid?: number | undefined;
  /** Where its streams are asked for, if anywhere. */
  readonly streamPort?: number | undefined;
}

interface Throughput {
  readonly perSecond: number;
  /** Processor time of the contestant's process. */
  readonly microsecondsEach: number | undefined;
}

/** The gateway against a fixed fast upstream, beside nginx on the same job. */
export async function gateway(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-gateway-"));
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
  const nginx = await startNginx(folder);
  if (nginx !== undefined) cleanUp.use(nginx);
  const streaming = cleanUp.use(await startProgram("gateway-upstream.ts"));
  const fixedPort = nginx?.upstreamPort ?? streaming.port;
  const own = cleanUp.use(await startProgram("gateway-process.ts", `http://127.0.0.1:${fixedPort}`));
  const ownForStreams = cleanUp.use(
    await startProgram("gateway-process.ts", `http://127.0.0.1:${streaming.port}`),
  );
  const server = await startServer(cleanUp);
  const direct = { name: "upstream, direct", port: fixedPort, streamPort: streaming.port };
  const floor = nginx === undefined ? [] : [{ name: "nginx, 1 worker", port: nginx.proxyPort }];
  const alone = {
    name: "gateway alone",
    port: own.port,
    pid: own.pid,
    streamPort: ownForStreams.port,
  };
  const contestants: readonly Contestant[] = [direct, ...floor, alone, server];

  const wrkScript = await findWrk(folder);
  await warmUp([...contestants, { name: "", port: ownForStreams.port }]);
  const throughputs = await measureThroughput(contestants, wrkScript);
  const whole = await measureLatency(contestants, false);
  const streams = await measureLatency(
    contestants.flatMap(({ name, streamPort }) =>
      streamPort === undefined ? [] : [{ name, port: streamPort }],
    ),
    true,
  );
  const floorPerSecond = throughputs.get(floor[0]?.name ?? "")?.perSecond;
  const alonePerSecond = throughputs.get(alone.name)?.perSecond ?? 0;
  return {
    title: `gateway: 1 kB in, 0.5 kB out, ${connections} connections; ${wrkScript === undefined ? "asked by this process" : "asked by wrk"}`,
    head: [
      "",
      "requests/s",
      "of nginx",
      "processor us each",
      "added p50 ms",
      "added p99 ms",
      "stream: p50 ms",
    ],
    rows: contestants.map(({ name }) => {
      const { perSecond = Number.NaN, microsecondsEach } = throughputs.get(name) ?? {};
      const added = (part: number): string => addedMs(whole, name, direct.name, part, "wholeMs");
      return [
        name,
        grouped(perSecond),
        floorPerSecond === undefined ? "" : (perSecond / floorPerSecond).toFixed(2),
        microsecondsEach === undefined ? "" : grouped(microsecondsEach),
        added(0.5),
        added(0.99),
        streams.has(name) ? addedMs(streams, name, direct.name, 0.5, "firstMs") : "",
      ];
    }),
    notes: [
      ...(nginx === undefined ? ["nginx is not installed: there is no floor to compare with"] : []),
      `"${server.name}" is the whole of \`berth start\` with a runner behind it, on the processors of all; only the server's own processor time is counted`,
      `where the processors are busy with other work, what one of them could carry is 1,000,000 / processor us each`,
    ],
    bars: [
      {
        fact: `the gateway alone carries at least ${grouped(wantedPerSecond)} requests/s in one process`,
        measured: grouped(alonePerSecond),
        holds: alonePerSecond >= wantedPerSecond,
      },
    ],
  };
}

/** What users run: settings, door, metrics and all, with the upstream behind a runner. */
async function startServer(cleanUp: AsyncDisposableStack): Promise<Contestant> {
  const berth = await startBerth({ demo: false, environment: { BERTH_AUTH_TOKEN: benchKey } });
  cleanUp.defer(() => berth.dispose());
  const argv = [process.execPath, join(import.meta.dirname, "gateway-upstream.ts"), "{port}"];
  const created = await berth.fetch("/api/v1/services", {
    method: "POST",
    body: JSON.stringify({ image: "command", name: benchModel, command: { argv } }),
  });
  if (!created.ok) throw new Error(await created.text());
  await waitForService(berth, benchModel);
  const port = Number(new URL(berth.url).port);
  return { name: "berth start, runner", port, pid: berth.process.pid, streamPort: port };
}

async function findWrk(folder: string): Promise<string | undefined> {
  if (spawnSync("wrk", ["-v"]).error !== undefined) return undefined;
  const script = join(folder, "request.lua");
  await writeFile(script, wrkScriptText());
  return script;
}

async function warmUp(contestants: readonly Contestant[]): Promise<void> {
  for (const { port } of contestants) await requestsPerSecond(port, connections, 1, undefined);
}

/** In turns; the best counts, because others use this machine too. */
async function measureThroughput(
  contestants: readonly Contestant[],
  wrkScript: string | undefined,
): Promise<ReadonlyMap<string, Throughput>> {
  const best = new Map<string, Throughput>();
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, port, pid } of contestants) {
      const before = pid === undefined ? undefined : await cpuSeconds(pid);
      const perSecond = await requestsPerSecond(port, connections, secondsEach, wrkScript);
      const taken = pid === undefined || before === undefined ? undefined : (await cpuSeconds(pid)) - before;
      const known = best.get(name);
      if (known !== undefined && known.perSecond >= perSecond) continue;
      const microsecondsEach = taken === undefined ? undefined : (taken / (perSecond * secondsEach)) * 1e6;
      best.set(name, { perSecond, microsecondsEach });
    }
  }
  return best;
}

/** One connection, one request at a time, all contestants in turns. */
async function measureLatency(
  contestants: readonly Contestant[],
  stream: boolean,
): Promise<ReadonlyMap<string, readonly Latency[]>> {
  const askers = contestants.map(({ name, port }) => ({
    name,
    asker: new Asker(port, stream),
    taken: [] as Latency[],
  }));
  for (let round = 0; round < latencyRounds; round += 1) {
    for (const { asker, taken } of askers) {
      for (let count = 0; count < requestsARound; count += 1) {
        const latency = await asker.ask();
        // the first round also connects and warms up
        if (round > 0) taken.push(latency);
      }
    }
  }
  for (const { asker } of askers) asker.close();
  return new Map(askers.map(({ name, taken }) => [name, taken]));
}

function addedMs(
  latencies: ReadonlyMap<string, readonly Latency[]>,
  name: string,
  directName: string,
  part: number,
  moment: keyof Latency,
): string {
  const at = (who: string): number =>
    quantile(
      (latencies.get(who) ?? []).map((latency) => latency[moment]),
      part,
    );
  return (at(name) - at(directName)).toFixed(3);
}
