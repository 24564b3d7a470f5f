import type { Agent } from "node:http";
import type { Clock } from "@berth/std/clock";
import { portOwner } from "@berth/std/port-owner";
import type { Connect } from "./address.ts";
import { askEngine, type EngineConnection, type EngineReport } from "./ask-engine.ts";

export interface ReadyWait {
  /** Where it may be found; the first that answers well is it. */
  readonly connects: readonly Connect[];
  readonly agent: Agent;
  readonly authorization: string | undefined;
  readonly healthPath: string;
  readonly timeoutMs: number;
  readonly onReport: (report: EngineReport) => void;
  readonly clock: Clock;
  /** Aborts when the engine has ended or is not wanted any more; then the wait rejects with its reason. */
  readonly signal: AbortSignal;
}

export type ReadyOutcome =
  | { readonly kind: "ready"; readonly connection: EngineConnection; readonly report: EngineReport }
  | { readonly kind: "late"; readonly reason: string };

const firstPauseMs = 8;
const maxPauseMs = 250;
const askTimeoutMs = 5_000;

/** Asks, at first often and then less so, until the engine is well or its time is up. */
export async function waitUntilReady(wait: ReadyWait): Promise<ReadyOutcome> {
  const { clock, signal, agent, authorization, healthPath } = wait;
  const deadline = clock.monotonic() + wait.timeoutMs;
  const reasons = new Map<Connect, string>();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(maxPauseMs, pauseMs * 1.03)) {
    for (const connect of wait.connects) {
      signal.throwIfAborted();
      const connection: EngineConnection = { connect, agent, authorization };
      const leftMs = Math.max(1, Math.ceil(deadline - clock.monotonic()));
      const obstacle = await obstacleAt(connect);
      if (obstacle !== undefined) {
        reasons.set(connect, obstacle);
        continue;
      }
      const answer = await askEngine(connection, healthPath, Math.min(askTimeoutMs, leftMs));
      signal.throwIfAborted();
      wait.onReport(answer.report);
      if (answer.kind === "well") return { kind: "ready", connection, report: answer.report };
      reasons.set(connect, answer.reason);
    }
    if (clock.monotonic() + pauseMs > deadline) {
      const told = [...new Set(reasons.values())].join("; ");
      return {
        kind: "late",
        reason: `the engine was not ready within ${seconds(wait.timeoutMs)}: GET ${healthPath}: ${told}`,
      };
    }
    await clock.sleep(pauseMs, signal);
  }
}

/**
 * Why nobody may be asked there. Anybody on the machine can listen on the port while the engine still loads: neither may
 * he learn the engine's key, nor may what he says become its answers.
 */
async function obstacleAt(connect: Connect): Promise<string | undefined> {
  if (!("port" in connect)) return undefined;
  switch (await portOwner(connect.host, connect.port)) {
    case "ours":
    case "unknown":
      return undefined;
    case "nobody":
      return "nothing listens there yet";
    case "foreign":
      return "another user's program listens there";
  }
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
