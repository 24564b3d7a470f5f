import type { RunnerExit, Service } from "@berth/api";
import type { EndCause, Observation } from "@berth/launchers";
import type { ServiceRow } from "@berth/store";
import type { Action } from "../controllers/action.ts";
import type { Health } from "../controllers/health.ts";
import { serviceRow } from "./service-row.ts";

/** Words for planner tests: what is seen, how healthy it is, where the service stands. All at the time `now`. */
export const now = 1_000_000;

export const absent: Observation = { kind: "absent" };
export const queued: Observation = { kind: "queued", detail: "Priority", expectedStartMs: undefined };
export const running: Observation = {
  kind: "running",
  address: { url: "http://127.0.0.1:1" },
  state: undefined,
};
export const suspended: Observation = { ...running, suspended: true };
export const installing: Observation = {
  kind: "running",
  address: { url: "http://127.0.0.1:1" },
  state: {
    version: 1,
    serviceId: "s",
    launchId: "s-1",
    host: "127.0.0.1",
    port: 1,
    runner: { pid: 1, bootId: "b", startTime: "1" },
    engine: null,
    socketDir: null,
    phase: "installing",
    progress: { message: "installing llama.cpp", fraction: null },
    exit: null,
    updatedAt: now,
  },
};
export const unknown: Observation = { kind: "unknown", reason: "no route to host" };
const crash: RunnerExit = {
  exitCode: 1,
  signal: null,
  reason: "the engine exited with code 1",
  logTail: ["boom"],
  requested: false,
};
export const exited: Observation = { kind: "exited", exit: crash };
export const endedBy = (cause: EndCause, reason = "the engine exited with code 1"): Observation => ({
  kind: "exited",
  exit: { ...crash, reason },
  cause,
});
/** Its runner had waited for long enough. */
export const exitedLate = (reason: string): Observation => ({
  kind: "exited",
  exit: { ...crash, reason, cause: "late" },
});
export const exitedWith = (exitCode: number): Observation => ({
  kind: "exited",
  exit: { ...crash, exitCode },
});

export const unasked: Health = { kind: "unasked" };
export const loading: Health = { kind: "starting", progress: "loading 62 %" };
export const ready = (streak: number): Health => ({ kind: "ready", streak, contextTokens: 512, parallel: 2 });
export const failing = (streak: number): Health => ({ kind: "failing", streak, reason: "no answer" });

type Facts = Partial<Service>;
type Row = Partial<Omit<ServiceRow, "service">>;

export const submitted = (facts: Facts = {}, row: Row = {}): ServiceRow =>
  serviceRow({ updatedAt: now, ...facts }, row);
export const pending = (facts: Facts = {}, row: Row = {}): ServiceRow =>
  submitted({ status: "PENDING", ...facts }, { attempt: 1, ...row });
export const starting = (facts: Facts = {}, row: Row = {}): ServiceRow =>
  pending({ status: "STARTING", ...facts }, { handle: "h", ...row });
export const healthy = (facts: Facts = {}, row: Row = {}): ServiceRow =>
  starting({ status: "HEALTHY", healthyAt: now - 10_000, ...facts }, row);
export const unhealthy = (facts: Facts = {}, row: Row = {}): ServiceRow =>
  healthy({ status: "UNHEALTHY", ...facts }, row);

const shownFacts = ["attempt", "failures", "restarts", "retryAt", "unreachableSince"] as const;

/** A plan short enough for a table: `PENDING attempt=2 restarts=1`, `launch`. What an action clears is not shown. */
export function brief(actions: readonly Action[]): string {
  return actions.map(briefAction).join("; ");
}

function briefAction(action: Action): string {
  switch (action.kind) {
    case "launch":
      return "launch";
    case "launch-successor":
      return "launch successor";
    case "stop":
      return `stop ${action.graceMs}${action.attempt === undefined ? "" : ` of ${action.attempt}`}`;
    case "forget":
      return `forget ${action.attempt}`;
    case "write": {
      const { service = {}, ...row } = action.change;
      const facts: Readonly<Record<string, unknown>> = { ...row, ...service };
      const shown = shownFacts.filter((name) => facts[name] !== undefined && facts[name] !== null);
      const seenAgain = service.status === undefined && service.unreachableSince === null;
      return [
        service.status ?? (seenAgain ? "seen" : "note"),
        ...shown.map((name) => `${name}=${String(facts[name])}`),
      ].join(" ");
    }
  }
}
