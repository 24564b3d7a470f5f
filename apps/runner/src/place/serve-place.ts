import type { Readable, Writable } from "node:stream";
import { BerthError, isBerthError } from "@berth/api";
import { placeGreeting, type PlaceCommand, type PlaceLine } from "@berth/api/place-protocol";
import type { Command } from "./command.ts";
import { imageCommands } from "./image-commands.ts";
import { modelCommands } from "./model-commands.ts";
import { readOrder } from "./order.ts";

export interface PlaceStreams {
  readonly input: Readable;
  readonly output: Writable;
}

/** Progress is told this often: more would only fill the line. */
const tellEveryMs = 500;

/**
 * `runner models NAME` and `runner images NAME`: reads the order, answers in lines, and resolves to the exit code: 0 when it is done, 1 when the
 * answer is an error. Rejects with what was not foreseen. When nobody reads any more it stops; what has arrived stays.
 */
export async function servePlace(name: string, { input, output }: PlaceStreams): Promise<number> {
  const gone = new AbortController();
  output.on("error", (error) => gone.abort(error));
  const tell = thinned((line) => output.write(`${JSON.stringify(line)}\n`));
  output.write(`${placeGreeting}\n`);
  try {
    const { order, rest } = await readOrder(input);
    await commandOf(name)(order, { tell, rest, signal: gone.signal });
    tell({ type: "done" });
    return 0;
  } catch (error) {
    if (!isBerthError(error)) throw error;
    const { code, message, param = null, details = null } = error;
    tell({ type: "error", code, message, param, details: details === null ? null : { ...details } });
    return 1;
  }
}

function commandOf(name: string): Command {
  const commands = { ...modelCommands, ...imageCommands };
  if (Object.hasOwn(commands, name)) return commands[name as PlaceCommand];
  throw new BerthError("invalid_request", `there is no command "${name}"`);
}

/** Leaves out progress that comes too soon after the last, unless it says something new. */
function thinned(write: (line: PlaceLine) => void): (line: PlaceLine) => void {
  let last: { readonly at: number; readonly phase: string } | undefined;
  return (line) => {
    if (line.type !== "progress") return write(line);
    const at = performance.now();
    if (last !== undefined && last.phase === line.phase && at - last.at < tellEveryMs) return;
    last = { at, phase: line.phase };
    write(line);
  };
}
