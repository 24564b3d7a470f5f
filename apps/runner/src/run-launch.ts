import { rm } from "node:fs/promises";
import type { RunnerExit } from "@berth/api";
import { hostname } from "node:os";
import type { ProcessIdentity } from "@berth/std/process-identity";
import { containerFacts, ioDirOf, leaveNothing } from "./container/scratch.ts";
import { pickAddress } from "./engine/address.ts";
import { EngineLog } from "./engine/engine-log.ts";
import { openFront } from "./front/front.ts";
import { LiveEngine, type EngineContext } from "./live-engine.ts";
import { findPackages } from "./packages/find-packages.ts";
import type { Launch } from "./read-launch.ts";
import { watchIdle } from "./watch-idle.ts";
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
  const container = await containerFacts(launch);
  const place =
    container === undefined
      ? { dir, isLocal: spec.localSocket === true }
      : { dir: ioDirOf(container), isLocal: false };
  const address = await pickAddress(place, spec.listen);
  const certificate =
    spec.tls === true ? (await import("./tls/certificate.ts")).makeCertificate() : undefined;
  const packages = await findPackages(spec.program, context.env);
  const state = new StateFile(dir, clock, {
    version: 1,
    serviceId: spec.serviceId,
    launchId: spec.launchId,
    host: spec.reachedBy === "machine" ? machineName(context.env) : spec.bindHost,
    port: null,
    fingerprint: certificate?.fingerprint ?? null,
    runner: context.identity,
    engine: null,
    socketDir: "socketDir" in address ? address.socketDir : null,
    scratchDir: container?.scratch ?? null,
    phase: packages.kind === "missing" ? "installing" : "starting",
    progress: null,
    exit: null,
  });
  const log = await EngineLog.open(dir, spec.maxLogBytes);
  const live = new LiveEngine(launch, context, state, address, packages, container);
  const front = await openFront({
    host: spec.bindHost,
    certificate,
    secret: launch.secret,
    gate: () => live.gate,
    health: (traffic) => live.health(traffic, startedAt),
    now: () => clock.now(),
  });
  await state.update({ port: front.port });

  const over = new AbortController();
  const idle =
    spec.idleTimeoutMs === undefined
      ? undefined
      : watchIdle(spec.idleTimeoutMs, { traffic: () => front.traffic, clock, over: over.signal });
  const ending = await live.run(log, () => front.idle(), idle);
  over.abort();
  await front.close(lastAnswersMs);
  const exit = { ...ending, logTail: await log.lastLines(logTailLines) };
  await log.close();
  if (state.current.socketDir !== null) await rm(state.current.socketDir, { recursive: true, force: true });
  const leftBehind = container === undefined ? null : await leaveNothing(launch, container, context.env);
  await state.update({ phase: "exited", progress: null, exit, scratchDir: leftBehind });
  return exit;
}

/** As the scheduler calls the node, where there is one: the name that its other machines know. */
function machineName(env: Readonly<Record<string, string>>): string {
  return env.SLURMD_NODENAME ?? hostname();
}
