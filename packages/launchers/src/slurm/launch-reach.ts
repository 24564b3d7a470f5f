import { isBerthError, type RunnerState } from "@berth/api";
import type { LaunchRef, Observation } from "../launcher.ts";
import { type RelayProgram, tunnelledAddress, type RemoteHost } from "../remote/remote-host.ts";
import type { LaunchMemory } from "./launch-memory.ts";
import type { PlaceProgram } from "./place-program.ts";

type Reached = Pick<Extract<Observation, { kind: "running" }>, "address" | "transport">;

/** The way to a runner's port on its node. */
export class LaunchReach {
  readonly #host: RemoteHost;
  readonly #program: PlaceProgram;

  constructor({ host, program }: { readonly host: RemoteHost; readonly program: PlaceProgram }) {
    this.#host = host;
    this.#program = program;
  }

  /** One that cannot be opened is no reason to think ill of the runner. */
  async open(
    { ref, memory }: { readonly ref: LaunchRef; readonly memory: LaunchMemory },
    state: RunnerState | undefined,
    signal: AbortSignal,
  ): Promise<Reached> {
    if (state === undefined || state.port === null || state.phase === "exited") return { address: undefined };
    const relayProgram: RelayProgram = (starting) => this.#program(ref.profile, starting);
    const target = { host: state.host, port: state.port, relayProgram };
    try {
      const tunnel = await this.#host.tunnel(target, signal);
      memory.target = target;
      return { address: tunnelledAddress(target, tunnel, state.fingerprint), transport: tunnel.transport };
    } catch (error) {
      if (signal.aborted || !isBerthError(error)) throw error;
      return { address: undefined };
    }
  }

  async close(memory: LaunchMemory): Promise<void> {
    const { target } = memory;
    memory.target = undefined;
    if (target !== undefined) await this.#host.closeTunnel(target);
  }
}
