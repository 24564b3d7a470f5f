/** The gateway alone against a fixed fast upstream, beside nginx on the same job. `node bench/gateway.ts` prints one table. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Asker, requestsPerSecond, wrkScriptText, type Latency } from "./gateway-load.ts";
import { startNginx } from "./gateway-nginx.ts";

const connections = 32;
const secondsEach = 2;
const latencyRounds = 30;
const requestsARound = 40;
/** One process has to carry this many requests a second. */
const wantedPerSecond = 6_000;

interface Contestant {
  readonly name: string;
  readonly port: number;
}

interface Row {
  readonly name: string;
  readonly perSecond: number | undefined;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly firstP50Ms: number | undefined;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "berth-bench-gateway-"));
  const children: ChildProcess[] = [];
  const start = (file: string, ...args: string[]): Promise<number> => startNode(children, file, args);
  try {
    await using nginx = await startNginx(folder);
    if (nginx === undefined)
      console.log("SKIPPED: nginx is not installed, so there is no floor to compare with");
    const streaming = await start("gateway-upstream.ts");
    const fixed = nginx?.upstreamPort ?? streaming;
    const direct = {
      name: nginx === undefined ? "upstream (Node), direct" : "upstream (nginx), direct",
      port: fixed,
    };
    const floor = nginx === undefined ? [] : [{ name: "nginx, 1 worker", port: nginx.proxyPort }];
    const gateway = {
      name: "berth gateway",
      port: await start("gateway-process.ts", `http://127.0.0.1:${fixed}`),
    };
    const forStreams = await start("gateway-process.ts", `http://127.0.0.1:${streaming}`);
    const contestants = [direct, ...floor, gateway];
    const wrkScript = await findWrk(folder);
    await warmUp([...contestants, { name: "", port: forStreams }]);
    const perSecond = await measureThroughput(contestants, wrkScript);
    const latencies = await measureLatency(contestants, false);
    const streams = await measureLatency(
      [
        { name: direct.name, port: streaming },
        { name: gateway.name, port: forStreams },
      ],
      true,
    );
    const rows = contestants.map(({ name }): Row => {
      const whole = (latencies.get(name) ?? []).map(({ wholeMs }) => wholeMs);
      const first = streams.get(name)?.map(({ firstMs }) => firstMs);
      return {
        name,
        perSecond: perSecond.get(name),
        p50Ms: quantile(whole, 0.5),
        p99Ms: quantile(whole, 0.99),
        firstP50Ms: first === undefined ? undefined : quantile(first, 0.5),
      };
    });
    print(rows, floor[0]?.name, wrkScript === undefined ? "own loader" : "wrk");
  } finally {
    for (const child of children) child.kill("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  }
}

async function startNode(children: ChildProcess[], file: string, args: readonly string[]): Promise<number> {
  const path = join(import.meta.dirname, file);
  const child = spawn(process.execPath, [path, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout! }), "line")) as [string];
  return Number(line);
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

/** Twice each, in turns; the better counts, because others use this machine too. */
async function measureThroughput(
  contestants: readonly Contestant[],
  wrkScript: string | undefined,
): Promise<Map<string, number>> {
  const best = new Map<string, number>();
  for (let round = 0; round < 2; round += 1) {
    for (const { name, port } of contestants) {
      const perSecond = await requestsPerSecond(port, connections, secondsEach, wrkScript);
      best.set(name, Math.max(best.get(name) ?? 0, perSecond));
    }
  }
  return best;
}

/** One connection, one request at a time, all contestants in turns. */
async function measureLatency(
  contestants: readonly Contestant[],
  stream: boolean,
): Promise<Map<string, Latency[]>> {
  const latencies = new Map<string, Latency[]>();
  const askers = contestants.map(({ name, port }) => ({ name, asker: new Asker(port, stream) }));
  for (let round = 0; round < latencyRounds; round += 1) {
    for (const { name, asker } of askers) {
      const taken = latencies.get(name) ?? [];
      latencies.set(name, taken);
      for (let count = 0; count < requestsARound; count += 1) {
        const latency = await asker.ask();
        // the first round also connects and warms up
        if (round > 0) taken.push(latency);
      }
    }
  }
  for (const { asker } of askers) asker.close();
  return latencies;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

function print(rows: readonly Row[], floorName: string | undefined, loader: string): void {
  const direct = rows[0];
  const floor = rows.find(({ name }) => name === floorName);
  console.log(
    `gateway alone: 1 kB in, 0.5 kB out, one process each; ${cpus().length} cores, Node ${process.versions.node}, ${loader}`,
  );
  const cells = rows.map(({ name, perSecond, p50Ms, p99Ms, firstP50Ms }) => [
    name,
    perSecond === undefined ? "" : Math.round(perSecond).toLocaleString("en"),
    floor?.perSecond === undefined || perSecond === undefined ? "" : (perSecond / floor.perSecond).toFixed(2),
    added(p50Ms, direct?.p50Ms),
    added(p99Ms, direct?.p99Ms),
    firstP50Ms === undefined ? "" : added(firstP50Ms, direct?.firstP50Ms),
  ]);
  const head = [
    "",
    `req/s at ${connections}`,
    "of nginx",
    "added p50 ms",
    "added p99 ms",
    "stream: added first byte p50 ms",
  ];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((row) => row[column]!.length)),
  );
  for (const row of [head, ...cells]) {
    console.log(
      row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join("  "),
    );
  }
  const own = rows.at(-1)?.perSecond ?? 0;
  const verdict = own >= wantedPerSecond ? "holds" : "DOES NOT HOLD";
  console.log(`${verdict}: at least ${wantedPerSecond.toLocaleString("en")} requests/s in one process`);
}

function added(ms: number, directMs: number | undefined): string {
  return directMs === undefined ? "" : (ms - directMs).toFixed(3);
}

await main();
