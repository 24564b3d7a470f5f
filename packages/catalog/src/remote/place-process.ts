import type { Readable, Writable } from "node:stream";
import { BerthError, errorCodes, isBerthError, type ErrorCode, type Profile } from "@berth/api";
import {
  type PlaceCommand,
  placeGreeting,
  type PlaceLine,
  placeLineSchema,
  type PlaceOrder,
} from "@berth/api/place-protocol";

import type { DownloadProgress } from "../model-source.ts";
import { textLines } from "./text-lines.ts";

/** A packed listing of a hundred thousand models is shorter. */
const maxLineBytes = 32 * 1024 * 1024;

/** A runner that was started on a place, with its pipes. */
export interface PlaceProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Resolves when it is over. Rejects, with a BerthError, when the connection to it is lost. */
  readonly ended: Promise<{ readonly exitCode: number; readonly stderr: string }>;
}

/**
 * Starts `runner WORDS` on the profile's place. When the signal aborts, its pipes are closed, and it sees that. Throws
 * BerthErrors when the place cannot be asked: `host_unreachable`, `login_required`, `host_key_refused`.
 */
export type RunThere = (
  profile: Profile,
  words: readonly string[],
  signal: AbortSignal,
) => Promise<PlaceProcess>;

/** What an order to a place tells of, until it is done. */
export type Telling = Exclude<PlaceLine, { type: "done" } | { type: "error" }>;

export const progressOf = ({
  bytesDone,
  bytesTotal,
  phase,
}: Extract<PlaceLine, { type: "progress" }>): DownloadProgress => ({ bytesDone, bytesTotal, phase });

/**
 * Gives the order and yields the lines of the answer; returns when the place says that it is done. Throws what went wrong
 * there as if it had gone wrong here. `send` may write more to the command's input; it is closed when `send` resolves.
 */
export async function* order<C extends PlaceCommand>(
  runThere: RunThere,
  profile: Profile,
  command: C,
  given: PlaceOrder<C>,
  signal: AbortSignal,
  send: (input: Writable) => Promise<void> = async () => {},
): AsyncGenerator<Telling, void> {
  const left = new AbortController();
  const process = await runThere(profile, command.split(" "), AbortSignal.any([signal, left.signal]));
  // a command that ends early breaks the pipe; its own words say why
  process.stdin.on("error", () => undefined);
  process.ended.catch(() => undefined);
  process.stdin.write(`${JSON.stringify(given)}\n`);
  const sending = send(process.stdin).finally(() => process.stdin.end());
  let sendFailure: unknown;
  sending.catch((error: unknown) => {
    sendFailure = error;
  });
  try {
    for await (const line of placeLines(process.stdout)) {
      if (line.type !== "done" && line.type !== "error") {
        yield line;
        continue;
      }
      // it has said all, and may have to clear up; a connection that is lost by now changes nothing
      await process.ended.catch(() => undefined);
      if (line.type === "done") return;
      throw errorOf(line);
    }
    await process.ended.then(({ exitCode, stderr }) => {
      throw endedEarly(profile, exitCode, stderr);
    });
  } catch (error) {
    signal.throwIfAborted();
    // what could not be sent is the reason of what the other side says
    if (isBerthError(sendFailure)) throw sendFailure;
    // a line that is cut in two comes of a connection that was lost
    if (!isBerthError(error)) await process.ended;
    throw error;
  } finally {
    left.abort();
  }
}

/** Skips what login files print before the greeting. */
async function* placeLines(stdout: Readable): AsyncGenerator<PlaceLine> {
  let greeted = false;
  for await (const text of textLines(stdout, maxLineBytes)) {
    if (greeted) yield placeLineSchema.parse(JSON.parse(text));
    else greeted = text === placeGreeting;
  }
}

function errorOf({ code, message, param, details }: Extract<PlaceLine, { type: "error" }>): BerthError {
  const known: ErrorCode = Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : "upstream_failed";
  return new BerthError(known, message, { param: param ?? undefined, details: details ?? undefined });
}

function endedEarly(profile: Profile, exitCode: number, stderr: string): BerthError {
  const words = stderr.trim().split("\n").slice(-5).join("\n");
  return new BerthError(
    "upstream_failed",
    `the runner on profile ${profile.name} ended with ${exitCode}${words === "" ? " and said nothing" : `: ${words}`}; "berth profile repair ${profile.name}" puts it there anew`,
    { details: { exitCode } },
  );
}
