import { join } from "node:path";
import { launchFiles, type ContainerFacts, type EngineProgram } from "@berth/api/runner";
import { fillBraces } from "@berth/std/fill-braces";
import type { EngineAddress } from "./address.ts";

/** A process to start. */
export interface EngineCommand {
  readonly argv: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** It ends when its standard input does. */
  readonly endsWithStdin: boolean;
}

export interface CommandFacts {
  readonly dir: string;
  readonly address: EngineAddress;
  /** What `{key}` stands for. */
  readonly key: string;
  /** What the runner itself was started with: `node main.ts`. */
  readonly runnerArgv: readonly [string, ...string[]];
  /** Where an engine of ours finds its packages, if not beside the runner. */
  readonly packagesDir: string | undefined;
  /** What the words around a container are filled with, if the program is in one. */
  readonly container: ContainerFacts | undefined;
}

/** The command that starts the program at its address. */
export function engineCommand(program: EngineProgram, facts: CommandFacts): EngineCommand {
  switch (program.kind) {
    case "embedded": {
      const socketPath = facts.address.kind === "socket" ? facts.address.socketPath : "";
      const config = join(facts.dir, launchFiles.engineConfig);
      const packages = facts.packagesDir === undefined ? [] : ["--packages", facts.packagesDir];
      return {
        argv: [
          ...facts.runnerArgv,
          "engine",
          program.engine,
          "--config",
          config,
          "--socket",
          socketPath,
          ...packages,
        ],
        env: program.env ?? {},
        cwd: "/",
        endsWithStdin: true,
      };
    }
    case "command": {
      const [name = "", ...args] = program.argv.map((word) => fill(word, facts));
      const env = Object.entries(program.env).map(([key, value]) => [key, fill(value, facts)]);
      return {
        argv: [name, ...args],
        env: Object.fromEntries(env),
        cwd: program.cwd ?? facts.dir,
        endsWithStdin: false,
      };
    }
  }
}

/** Whether the program asks for a key of its own, which its callers must then bear. */
export function takesKey(program: EngineProgram): boolean {
  return (
    program.kind === "command" &&
    [...program.argv, ...Object.values(program.env)].some((word) => word.includes("{key}"))
  );
}

function fill(word: string, { address, key, container }: CommandFacts): string {
  const place = address.kind === "socket" ? { socket: address.socketPath } : { port: String(address.port) };
  return fillBraces(word, { key, ...place, ...container });
}
