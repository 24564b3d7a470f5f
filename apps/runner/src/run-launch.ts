import { rm } from "node:fs/promises";
import type { RunnerExit } from "@berth/api";
import type { ProcessIdentity } from "@berth/std/process-identity";
import { pickAddress } from "./engine/address.ts";
import { EngineLog } from "./engine/engine-log.ts";
import { openFront } from "./front/front.ts";
import { LiveEngine, type EngineContext } from "./live-engine.ts";
import { findPackages } from "./packages/find-packages.ts";
import type { Launch } from "./read-launch.ts";
import { StateFile } from "./state-file.ts";

export interface RunContext extends EngineContext {
  readonly identity: ProcessIdentity;
}

const logTailLines = 40;
/** For answers that are being written when the engine has ended. */
const lastAnswersMs = 300;

/** Runs the claimed launch from its engine's start to its end, whatever end that is; resolves when all is over and told. */
export async function runLaunch(launch: Launch, context: RunContext): Promise<RunnerExit> {
  const { dir, spec } = launch;
  const { clock } = context;
  const startedAt = clock.now();
  const address = await pickAddress(dir, spec.listen);
  const packages = await findPackages(spec.program, context.env);
  const state = new StateFile(dir, clock, {
    version: 1,
    serviceId: spec.serviceId,
    launchId: spec.launchId,
    host: spec.bindHost,
    port: null,
    runner: context.identity,
    engine: null,
    socketDir: address.kind === "socket" ? address.socketDir : null,
    phase: packages.kind === "missing" ? "installing" : "starting",
    progress: null,
    exit: null,
  });
  const log = await EngineLog.open(dir, spec.maxLogBytes);
  const live = new LiveEngine(launch, context, state, address, packages);
  const front = await openFront({
    host: spec.bindHost,
    secret: launch.secret,
    gate: () => live.gate,
    health: (traffic) => live.health(traffic, startedAt),
    now: () => clock.now(),
  });
  await state.update({ port: front.port });

  const ending = await live.run(log, () => front.idle());
  await front.close(lastAnswersMs);
  const exit = { ...ending, logTail: await log.lastLines(logTailLines) };
  await log.close();
  if (state.current.socketDir !== null) await rm(state.current.socketDir, { recursive: true, force: true });
  await state.update({ phase: "exited", progress: null, exit });
  return exit;
}
