import { fork, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type HandlerFile, wordsOf } from "../handler-file.ts";

export type HandlerState =
  | { readonly kind: "starting" }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly reason: string };

export interface HandlerProcessOptions {
  /** This package's program. */
  readonly program: string;
  readonly file: HandlerFile;
  readonly socketDir: string;
  /** What it prints. */
  readonly onOutput: (text: string) => void;
}

const lastCharacters = 4000;

/** One process with the handler in it. A handler that ends its process ends nothing else. */
export class HandlerProcess {
  readonly socketPath: string;
  /** Resolves as soon as it is ready or failed. */
  readonly settled: Promise<void>;
  /** Resolves when it runs no more. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  #state: HandlerState = { kind: "starting" };
  #printed = "";

  constructor({ program, file, socketDir, onOutput }: HandlerProcessOptions, generation: number) {
    this.socketPath = join(socketDir, `${generation}.sock`);
    this.#child = fork(program, ["serve", ...wordsOf(file), "--socket", this.socketPath], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const output of [this.#child.stdout, this.#child.stderr]) {
      output?.setEncoding("utf8").on("data", (text: string) => {
        this.#printed = (this.#printed + text).slice(-lastCharacters);
        onOutput(text);
      });
    }
    const ended = Promise.withResolvers<undefined>();
    this.ended = ended.promise;
    this.settled = new Promise((resolve) => {
      this.#child.once("message", () => {
        this.#state = { kind: "ready" };
        resolve();
      });
      const fail = (reason: string): void => {
        this.#state = { kind: "failed", reason };
        ended.resolve(undefined);
        resolve();
      };
      this.#child.once("error", (error) => fail(error.message));
      this.#child.once("close", (code, signal) =>
        fail(`${this.#printed}\nthe handler's process ended (${signal ?? `exit code ${code}`})`.trim()),
      );
    });
  }

  get state(): HandlerState {
    return this.#state;
  }

  end(): void {
    this.#child.removeAllListeners("close");
    this.#child.kill("SIGKILL");
    rmSync(this.socketPath, { force: true });
  }
}
