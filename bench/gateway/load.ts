import { execFile, spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { quantile } from "../figures.ts";
import { Asker } from "./asker.ts";
import { benchPath, requestBody, requestHeaders, type Target } from "./request.ts";

const execFileAsync = promisify(execFile);

/** What so many connections got that ask again as soon as they are answered. */
export interface Loaded {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Asks at full speed for so many seconds. Rejects when an answer was not a 200. */
export type Load = (target: Target, connections: number, seconds: number) => Promise<Loaded>;

export function hasWrk(): boolean {
  return spawnSync("wrk", ["-v"]).error === undefined;
}

/** By wrk; its scripts lie in the folder. */
export function loadByWrk(folder: string): Load {
  return async (target, connections, seconds) => {
    const script = join(folder, `${target.port}-${target.model}.lua`);
    await writeFile(script, scriptText(target));
    const words = ["-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "30s", "-s", script];
    const { stdout } = await execFileAsync("wrk", [...words, `http://127.0.0.1:${target.port}${benchPath}`]);
    if (/Non-2xx/.test(stdout)) throw new Error(stdout);
    return {
      perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]),
      p50Ms: milliseconds(stdout, 50),
      p99Ms: milliseconds(stdout, 99),
    };
  };
}

function milliseconds(stdout: string, part: number): number {
  const [, value, unit = ""] = new RegExp(`^ +${part}% +([\\d.]+)(us|ms|s)$`, "m").exec(stdout) ?? [];
  return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? Number.NaN);
}

function scriptText(target: Target): string {
  const headers = Object.entries(requestHeaders(target));
  return [
    'wrk.method = "POST"',
    ...headers.map(([name, value]) => `wrk.headers["${name}"] = "${value}"`),
    `wrk.body = [[${requestBody(target, { kind: "whole" })}]]`,
    "",
  ].join("\n");
}

/** Where wrk is not installed. */
export const loadByThisProcess: Load = async (target, connections, seconds) => {
  const untilMs = performance.now() + seconds * 1000;
  const taken: number[] = [];
  const askAgain = async (): Promise<void> => {
    const asker = new Asker(target, { kind: "whole" });
    while (performance.now() < untilMs) taken.push((await asker.ask()).wholeMs);
    asker.close();
  };
  await Promise.all(Array.from({ length: connections }, askAgain));
  return { perSecond: taken.length / seconds, p50Ms: quantile(taken, 0.5), p99Ms: quantile(taken, 0.99) };
};
