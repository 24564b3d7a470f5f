import { join } from "node:path";
import { launchFiles, type RunnerState } from "@berth/api/runner";
import type { Clock } from "@berth/std/clock";
import { replaceFile } from "@berth/std/whole-file";

type StateChange = Partial<Omit<RunnerState, "version" | "serviceId" | "launchId" | "runner" | "updatedAt">>;

const retryMs = 1000;

/** The runner's state, in memory and, as soon as the disk lets it, in `state.json`. */
export class StateFile {
  readonly #path: string;
  readonly #clock: Clock;
  #state: RunnerState;
  #dirty = false;
  #writing: Promise<void> | undefined;

  constructor(dir: string, clock: Clock, state: Omit<RunnerState, "updatedAt">) {
    this.#path = join(dir, launchFiles.state);
    this.#clock = clock;
    this.#state = { ...state, updatedAt: clock.now() };
  }

  get current(): RunnerState {
    return this.#state;
  }

  /**
   * Resolves when the file holds the change; on a full disk that is when there is room again. In a launch directory that
   * was removed nobody will read it: then it resolves at once.
   */
  update(change: StateChange): Promise<void> {
    this.#state = { ...this.#state, ...change, updatedAt: this.#clock.now() };
    this.#dirty = true;
    this.#writing ??= this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#dirty) {
      this.#dirty = false;
      try {
        await replaceFile(this.#path, JSON.stringify(this.#state));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") break;
        console.error(`${this.#path} cannot be written, trying again:`, error);
        this.#dirty = true;
        await this.#clock.sleep(retryMs);
      }
    }
    // at once: what changes next is written anew
    this.#writing = undefined;
  }
}
