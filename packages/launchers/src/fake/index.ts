/** A place in memory where launches go as a test wants them to. It starts nothing. */
import { BerthError } from "@berth/api";
import type { EngineAct } from "../conformance/engine-act.ts";
import type { Launcher, LaunchRef, LaunchRequest, Observation } from "../launcher.ts";
import { FakeLaunch } from "./fake-launch.ts";

export type { FakeLaunch } from "./fake-launch.ts";
export type { EngineAct } from "../conformance/engine-act.ts";

export interface FakePlaceOptions {
  /** What the engine of each launch does; every one becomes ready at once when absent. */
  readonly act?: (request: LaunchRequest) => EngineAct;
  readonly now?: () => number;
}

const firstPort = 40_000;

/** Outlives the launchers opened on it, as a machine outlives servers. */
export class FakePlace {
  readonly #act: (request: LaunchRequest) => EngineAct;
  readonly #now: () => number;
  readonly #launches = new Map<string, FakeLaunch>();
  /** How often an engine was started, by `launchId`. */
  readonly starts = new Map<string, number>();
  /** While set, nothing can be seen, launched or stopped, for this reason. */
  unreachable: string | undefined;

  constructor({ act = () => ({ kind: "serve", lines: 0 }), now = Date.now }: FakePlaceOptions = {}) {
    this.#act = act;
    this.#now = now;
  }

  /** The launch, to be ended or printed to behind the launcher's back. */
  find(launchId: string): FakeLaunch | undefined {
    return this.#launches.get(launchId);
  }

  launcher(): Launcher {
    return {
      launch: async (request) => {
        this.#reach();
        const known = this.#launches.get(request.launchId);
        if (known === undefined) this.#begin(request);
        return `fake:${request.launchId}`;
      },
      observe: async (refs) => new Map(refs.map((ref) => [ref.launchId, this.#observe(ref)])),
      stop: async (ref) => {
        this.#reach();
        this.#launches.get(ref.launchId)?.end({ reason: "stopped, as asked", requested: true });
      },
      logs: (ref, { tailLines, follow }, signal) =>
        readText(this.#launches.get(ref.launchId), tailLines, follow, signal),
      forget: async (ref) => {
        this.#reach();
        if (this.#launches.get(ref.launchId)?.isOver === false)
          throw new BerthError("conflict", `${ref.launchId} is running: stop it before it is forgotten`);
        this.#launches.delete(ref.launchId);
      },
    };
  }

  #begin(request: LaunchRequest): void {
    const launch = new FakeLaunch(request, firstPort + this.starts.size, this.#now);
    this.#launches.set(request.launchId, launch);
    this.starts.set(request.launchId, (this.starts.get(request.launchId) ?? 0) + 1);
    launch.begin(this.#act(request));
  }

  #observe(ref: LaunchRef): Observation {
    if (this.unreachable !== undefined) return { kind: "unknown", reason: this.unreachable };
    return this.#launches.get(ref.launchId)?.observe() ?? { kind: "absent" };
  }

  #reach(): void {
    if (this.unreachable !== undefined) throw new BerthError("service_unavailable", this.unreachable);
  }
}

async function* readText(
  launch: FakeLaunch | undefined,
  tailLines: number | undefined,
  follow: boolean,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  if (launch === undefined) return;
  const lines = launch.text.split("\n").slice(0, -1);
  const skipped = tailLines === undefined ? 0 : Math.max(0, lines.length - tailLines);
  let at = lines.slice(0, skipped).join("\n").length + (skipped > 0 ? 1 : 0);
  while (!signal.aborted) {
    const isLast = !follow || launch.isOver;
    const fresh = launch.text.slice(at);
    at += fresh.length;
    if (fresh !== "") yield fresh;
    else if (isLast) return;
    else await launch.next(signal);
  }
}
