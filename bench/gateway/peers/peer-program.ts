import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanEnvironment } from "@berth/e2e/berth-process";
import { Asker } from "../asker.ts";
import type { Ground } from "../contestant.ts";
import type { Target } from "../request.ts";

const graceMs = 5_000;

export interface PeerProgram {
  /** Names its log. */
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly environment?: Readonly<Record<string, string>>;
  /** It is up when it answers this. */
  readonly target: Target;
  readonly deadlineMs?: number;
}

/** Starts a program that cannot say when it listens, and resolves with its process id once it answers. It ends with the ground. */
export async function startPeer(ground: Ground, program: PeerProgram): Promise<number> {
  const { name, argv, environment, target, deadlineMs = 10_000 } = program;
  const [file, ...words] = argv;
  const path = join(ground.folder, `${name}.log`);
  const log = await open(path, "w");
  const env = cleanEnvironment(environment);
  const child = spawn(file, words, { cwd: ground.folder, env, stdio: ["ignore", log.fd, log.fd] });
  await log.close();
  const exit = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  ground.cleanUp.defer(async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
    await gone;
    clearTimeout(kill);
  });
  const failure = await Promise.race([exit, answers(target, deadlineMs)]);
  if (failure === undefined) return child.pid ?? Number.NaN;
  const said = (await readFile(path, "utf8")).trim().split("\n").slice(-5).join("\n");
  throw new Error(`${name}: ${failure}\n${said}`.trim());
}

/** Resolves with nothing when there was an answer, or with why there was none. */
async function answers(target: Target, deadlineMs: number): Promise<string | undefined> {
  const untilMs = performance.now() + deadlineMs;
  for (;;) {
    const asker = new Asker(target, { kind: "whole" });
    try {
      await asker.ask();
      return undefined;
    } catch (error) {
      if (performance.now() > untilMs) return `no answer within ${deadlineMs / 1000} s: ${String(error)}`;
      await sleep(50);
    } finally {
      asker.close();
    }
  }
}
