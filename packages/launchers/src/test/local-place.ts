import { readFile, rm } from "node:fs/promises";
import { mkdtempSync } from "node:fs";
import { request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  launchFiles,
  runnerSecretHeader,
  runnerStateSchema,
  type EngineProgram,
  type RunnerState,
} from "@berth/api";
import { systemClock } from "@berth/std/clock";
import { familyMembers, killFamily } from "@berth/std/process-family";
import { scriptedEngine } from "@berth/testing/scripted-engine";
import type { ConformancePlace, EngineAct } from "../conformance.ts";
import type { Launcher, LaunchRef, LaunchRequest } from "../launcher.ts";
import { createLocalLauncher, type LocalLauncherOptions } from "../local/index.ts";
import { familyOf } from "../local/launch-files.ts";
import { localProfile } from "./local-profile.ts";

export const secret = "a-secret-of-the-service";
const runnerEntry = new URL("../../../../apps/runner/src/main.ts", import.meta.url).pathname;

/** A home of its own, in which real runners start real processes. */
export class LocalPlace implements ConformancePlace, AsyncDisposable {
  readonly home = mkdtempSync(join(tmpdir(), "berth-launches-"));
  readonly #requested: LaunchRef[] = [];

  get launchesDir(): string {
    return join(this.home, "launches");
  }

  launcher(options: Partial<LocalLauncherOptions> = {}): Launcher {
    return createLocalLauncher({
      nodePath: process.execPath,
      runnerArgv: [runnerEntry],
      launchesDir: ({ home }) => join(home, "launches"),
      env: process.env,
      clock: systemClock,
      ...options,
    });
  }

  request(act: EngineAct): LaunchRequest {
    return this.requestCommand(wordsOf(act), { countsStarts: act.kind !== "missing" });
  }

  requestCommand(
    argv: readonly string[],
    options: { countsStarts?: boolean; maxLogBytes?: number } = {},
  ): LaunchRequest {
    const serviceId = `svc${process.pid}x${this.#requested.length + 1}`;
    const launchId = `${serviceId}-1`;
    const counting = options.countsStarts === true ? ["--count-in", this.#startsPath(launchId)] : [];
    const program: EngineProgram = { kind: "command", argv: [...argv, ...counting], env: {}, cwd: null };
    const request: LaunchRequest = {
      homeId: this.home,
      serviceId,
      launchId,
      profile: localProfile(this.home),
      handle: undefined,
      secret,
      resources: {},
      spec: {
        version: 1,
        homeId: this.home,
        serviceId,
        launchId,
        program,
        listen: { kind: "socket" },
        healthPath: "/health",
        startTimeoutMs: 20_000,
        drainMs: 1_000,
        bindHost: "127.0.0.1",
        maxLogBytes: options.maxLogBytes ?? 1_000_000,
      },
    };
    this.#requested.push(request);
    return request;
  }

  dir(ref: LaunchRef): string {
    return join(this.launchesDir, ref.launchId);
  }

  async state(ref: LaunchRef): Promise<RunnerState> {
    return runnerStateSchema.parse(
      JSON.parse(await readFile(join(this.dir(ref), launchFiles.state), "utf8")),
    );
  }

  async starts(ref: LaunchRef): Promise<number> {
    return (await readFile(this.#startsPath(ref.launchId), "utf8")).length;
  }

  #startsPath(launchId: string): string {
    return join(this.home, `starts-${launchId}`);
  }

  async living(ref: LaunchRef): Promise<number> {
    const { runner } = await this.state(ref).catch(() => ({ runner: undefined }));
    return familyMembers(familyOf(ref)).filter((pid) => pid !== runner?.pid).length;
  }

  async kill(ref: LaunchRef, what: "runner" | "engine"): Promise<void> {
    const state = await this.state(ref);
    process.kill(state[what]?.pid ?? 0, "SIGKILL");
  }

  async print(ref: LaunchRef, line: string): Promise<void> {
    const { port } = await this.state(ref);
    const path = `/print?line=${encodeURIComponent(line)}`;
    const headers = { [runnerSecretHeader]: secret };
    await new Promise<void>((resolve, reject) => {
      const sending = sendRequest({ port: port ?? 0, path, headers, agent: false });
      sending.on("error", reject);
      sending.on("response", (response) => response.resume().on("end", resolve));
      sending.end();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ref of this.#requested)
      await killFamily(familyOf(ref), { withinMs: 5_000, clock: systemClock });
    await rm(this.home, { recursive: true, force: true });
  }
}

function wordsOf(act: EngineAct): readonly string[] {
  const serving = [...scriptedEngine, "--listen", "{socket}"];
  switch (act.kind) {
    case "serve":
      return [...serving, "--print", String(act.lines)];
    case "stubborn":
      return [...serving, "--fork", "--ignore-sigterm"];
    case "exit":
      return [...scriptedEngine, "--print", String(act.lines), "--exit-code", String(act.exitCode)];
    case "missing":
      return ["no-such-engine", "{socket}"];
  }
}
