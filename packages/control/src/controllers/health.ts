import {
  BerthError,
  runnerHealthPath,
  runnerHealthSchema,
  runnerSecretHeader,
  type RunnerAddress,
  type RunnerHealth,
} from "@berth/api";

/** Asks a runner how it does. Rejects when it does not answer, or answers something else than its health. */
export type RunnerProbe = (
  address: RunnerAddress,
  secret: string,
  signal: AbortSignal,
) => Promise<RunnerHealth>;

/** What the planner knows of an engine's health. `streak` counts probes of the same outcome in a row, this one included. */
export type Health =
  /** There is nothing to ask. */
  | { readonly kind: "unasked" }
  | {
      readonly kind: "ready";
      readonly streak: number;
      readonly contextTokens: number | null;
      readonly parallel: number | null;
    }
  /** The runner answers, the engine is not ready yet. */
  | { readonly kind: "starting"; readonly progress: string | undefined }
  | { readonly kind: "failing"; readonly streak: number; readonly reason: string };

/** A way that is just being opened again is open before this. */
const unreachedProbes = 20;

/** Whether a runner was never reached, or not for long enough: it may be ready by now. */
export function isOutOfSight(health: Health): boolean {
  return health.kind === "failing" && health.streak < unreachedProbes;
}

/** Asks an address and resolves with what it answers; `httpGet` of std. */
export type HttpGet = (
  address: Omit<RunnerAddress, "url"> & { readonly url: URL },
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<{ readonly status: number; readonly body: string }>;

/** Over HTTP, with the secret in its header. */
export function httpRunnerProbe(get: HttpGet): RunnerProbe {
  return async (address, secret, signal) => {
    const { status, body } = await get(
      { ...address, url: new URL(runnerHealthPath, address.url) },
      { [runnerSecretHeader]: secret },
      signal,
    );
    if (status !== 200) throw new BerthError("upstream_failed", `its health answers with status ${status}`);
    const health = runnerHealthSchema.safeParse(parsed(body));
    if (!health.success)
      throw new BerthError("upstream_failed", "what answers at its port is not its runner");
    return health.data;
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON is no health
  }
}
