import { isBerthError, type RunnerState } from "@berth/api";
import type { LaunchRef, Observation } from "../launcher.ts";
import { type RelayProgram, tunnelledAddress, type RemoteHost } from "../remote/remote-host.ts";
import type { LaunchMemory } from "./launch-memory.ts";
import type { PlaceProgram } from "./place-program.ts";

type Reached = Pick<Extract<Observation, { kind: "running" }>, "address" | "transport" | "trouble">;
type Target = NonNullable<LaunchMemory["target"]>;

/** The way to a runner's port on its node. */
export class LaunchReach {
  readonly #host: RemoteHost;
  readonly #program: PlaceProgram;
  /** Names of jobs by host and port: a port is used again on its node. */
  readonly #users = new Map<string, string>();

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
    const target = state?.phase === "exited" ? undefined : targetOf(state);
    if (target === undefined) return { address: undefined };
    if (memory.target !== undefined && keyOf(memory.target) !== keyOf(target)) await this.close(memory);
    const relayProgram: RelayProgram = (starting) => this.#program(ref.profile, starting);
    try {
      const tunnel = await this.#host.tunnel({ ...target, relayProgram }, signal);
      memory.target = target;
      this.#users.set(keyOf(target), memory.jobName);
      const { transport, trouble } = tunnel;
      return {
        address: tunnelledAddress(target, tunnel, state?.fingerprint),
        transport,
        ...(trouble === undefined ? {} : { trouble }),
      };
    } catch (error) {
      if (signal.aborted || !isBerthError(error)) throw error;
      return { address: undefined, trouble: error.message };
    }
  }

  /**
   * Closes the way to a runner that is gone; `left` is its last state. Forwardings outlive the server that opened them: of
   * a launch that ended while there was none, only the state tells where one may lead.
   */
  async close(memory: LaunchMemory, left?: RunnerState): Promise<void> {
    const target = memory.target ?? (memory.isShut ? undefined : targetOf(left));
    memory.target = undefined;
    memory.isShut = true;
    if (target === undefined) return;
    if ((this.#users.get(keyOf(target)) ?? memory.jobName) !== memory.jobName) return;
    this.#users.delete(keyOf(target));
    await this.#host.closeTunnel(target);
  }
}

function targetOf(state: RunnerState | undefined): Target | undefined {
  return state === undefined || state.port === null ? undefined : { host: state.host, port: state.port };
}

function keyOf({ host, port }: Target): string {
  return `${host}:${port}`;
}
