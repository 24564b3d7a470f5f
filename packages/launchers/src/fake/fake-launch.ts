import type { RunnerExit, RunnerState } from "@berth/api";
import type { EngineAct } from "../conformance/engine-act.ts";
import type { LaunchRequest, Observation } from "../launcher.ts";

/** One launch in memory: what it prints, how it goes on and how it ends. */
export class FakeLaunch {
  readonly request: LaunchRequest;
  readonly #port: number;
  readonly #now: () => number;
  #text = "";
  #phase: "starting" | "ready" = "starting";
  #exit: RunnerExit | undefined;
  #listeners = new Set<() => void>();

  constructor(request: LaunchRequest, port: number, now: () => number) {
    this.request = request;
    this.#port = port;
    this.#now = now;
  }

  get text(): string {
    return this.#text;
  }

  get isOver(): boolean {
    return this.#exit !== undefined;
  }

  begin(act: EngineAct): void {
    const printLines = (count: number): void => {
      for (let line = 1; line <= count; line++) this.print(`line ${line}`);
    };
    switch (act.kind) {
      case "serve":
        printLines(act.lines);
        return this.becomeReady();
      case "stubborn":
        return this.becomeReady();
      case "exit":
        printLines(act.lines);
        return this.end({ exitCode: act.exitCode, reason: `the engine exited with code ${act.exitCode}` });
      case "missing":
        return this.end({ exitCode: 127, reason: 'there is no program "no-such-engine"' });
    }
  }

  becomeReady(): void {
    this.#phase = "ready";
    this.#tell();
  }

  print(line: string): void {
    this.#text += `${line}\n`;
    this.#tell();
  }

  /** Ends it, unless it has ended. */
  end(exit: Partial<Omit<RunnerExit, "logTail">> & { readonly reason: string }): void {
    if (this.#exit !== undefined) return;
    const logTail = this.#text.split("\n").slice(0, -1).slice(-40);
    this.#exit = { exitCode: null, signal: null, requested: false, ...exit, logTail };
    this.#tell();
  }

  observe(): Observation {
    if (this.#exit !== undefined) return { kind: "exited", exit: this.#exit };
    const { serviceId, launchId } = this.request;
    const state: RunnerState = {
      version: 1,
      serviceId,
      launchId,
      host: "127.0.0.1",
      port: this.#port,
      runner: { pid: 1, bootId: "fake", startTime: "0" },
      engine: null,
      socketDir: null,
      phase: this.#phase,
      progress: null,
      exit: null,
      updatedAt: this.#now(),
    };
    return { kind: "running", address: { url: `http://127.0.0.1:${this.#port}` }, state };
  }

  /** Resolves at the next thing that happens to it, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#listeners.add(done);
      signal.addEventListener("abort", done, { once: true });
      if (signal.aborted) done();
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
