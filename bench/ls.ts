import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { cleanEnvironment, top } from "@berth/e2e/berth-process";
import { median } from "./figures.ts";
import { startPilot } from "./pilot.ts";
import type { Report } from "./report.ts";

const mostRatio = 2.5;
const rounds = 24;

/** `berth ls` beside the shortest program that Node can run. */
export async function ls(): Promise<Report> {
  await using running = await startPilot();
  const environment = cleanEnvironment({ BERTH_HOME_DIR: running.berth.home });
  const node = process.execPath;
  const contestants = [
    { name: "node -e 0", argv: [node, "-e", "0"] },
    { name: "node apps/cli/dist/berth.mjs ls", argv: [node, join(top, "apps/cli/dist/berth.mjs"), "ls"] },
    { name: "bin/berth ls", argv: [join(top, "bin/berth"), "ls"] },
  ].map((contestant) => ({ ...contestant, wallMs: [] as number[] }));
  // the first round fills the compile cache
  for (let round = 0; round <= rounds; round += 1) {
    for (const { argv, wallMs } of contestants) {
      const ms = await timeOf(argv, environment);
      if (round > 0) wallMs.push(ms);
    }
  }
  const floor = contestants[0]?.wallMs ?? [];
  const rows = contestants.map(({ name, wallMs }) => ({
    name,
    wallMs,
    ratio: median(wallMs.map((ms, round) => ms / (floor[round] ?? Number.NaN))),
  }));
  return {
    title: `ls: wall time of \`berth ls\`, medians of ${rounds} runs taken in turns`,
    head: ["", "ms", "of node -e 0"],
    rows: rows.map(({ name, wallMs, ratio }) => [name, median(wallMs).toFixed(0), ratio.toFixed(2)]),
    bars: rows.slice(1).map(({ name, ratio }) => ({
      fact: `${name} takes at most ${mostRatio} times as long as node -e 0`,
      measured: ratio.toFixed(2),
      holds: ratio <= mostRatio,
    })),
  };
}

async function timeOf([program = "", ...words]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const startedAtMs = performance.now();
  const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.resume();
  const [exitCode] = (await once(child, "exit")) as [number | null];
  const ms = performance.now() - startedAtMs;
  if (exitCode !== 0) throw new Error(`${program} ${words.join(" ")}: exit code ${exitCode}`);
  return ms;
}
