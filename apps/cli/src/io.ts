import type { Environment } from "./connection/home.ts";

/** What a command has of the world. */
export interface Io {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Environment;
  /** The words after `berth`. */
  readonly argv: readonly string[];
  readonly now: () => number;
}
