import { randomBytes } from "node:crypto";
import { shellQuote } from "@berth/std/shell-quote";
import { slurmHabits } from "./slurm-habits.ts";

/** Linux takes 128 KiB as one word of a command line, and the login shell gets all of ours as one. */
const commandBytes = 120 * 1024;
/** Some shells know only short words. */
const wordLength = 1000;

/** A script as it travels: what ssh is given, and how its output is told from what login files print. */
export interface WrappedScript {
  /** One command line, the same words in every login shell: sh, csh and fish alike. */
  readonly commandLine: string;
  /** Stands on both outputs, in a line of its own, before the script's first byte. */
  readonly mark: string;
}

/** Throws a RangeError for a script that no command line can carry: hand what is long to its standard input. */
export function wrapScript(script: string, mark = `berth-${randomBytes(8).toString("hex")}`): WrappedScript {
  const told = [
    `printf '%s %s\\n' ${mark} "$$" >&2`,
    `printf '%s\\n' ${mark}`,
    // what people set for themselves would hide jobs from us, or change what is submitted
    `unset ${slurmHabits.join(" ")}`,
    `/bin/sh -c ${shellQuote(script)}`,
    // an exit code of ssh's own (255) would say nothing: the script's is told beside it
    `printf '%s=%s\\n' ${mark} "$?" >&2`,
  ].join("\n");
  const encoded = Buffer.from(told).toString("base64");
  const words = encoded.match(new RegExp(`.{1,${wordLength}}`, "g")) ?? [];
  const commandLine = `exec /bin/sh -c 'eval "$(printf %s "$@" | base64 -d)"' sh ${words.join(" ")}`;
  if (commandLine.length > commandBytes)
    throw new RangeError(`a script of ${Buffer.byteLength(script)} bytes is too long for a command line`);
  return { commandLine, mark };
}

/** What stands on standard error, sorted. */
export interface ScriptErrors {
  /** The shell's process there, once it has begun. */
  readonly pid: number | undefined;
  /** `undefined` when the script's end was not told: it never began, or the connection was lost. */
  readonly exitCode: number | undefined;
  /** The script's own words. */
  readonly stderr: string;
  /** Words of login files and of ssh. */
  readonly others: string;
}

export function readScriptErrors(text: string, mark: string): ScriptErrors {
  const begin = new RegExp(`${mark} (\\d+)\\n`).exec(text);
  if (begin === null) return { pid: undefined, exitCode: undefined, stderr: "", others: text };
  const before = text.slice(0, begin.index);
  const rest = text.slice(begin.index + begin[0].length);
  const end = new RegExp(`${mark}=(\\d+)\\n`).exec(rest);
  const pid = Number(begin[1]);
  if (end === null) return { pid, exitCode: undefined, stderr: rest, others: before };
  const after = rest.slice(end.index + end[0].length);
  return { pid, exitCode: Number(end[1]), stderr: rest.slice(0, end.index), others: before + after };
}

/** Cuts all up to the mark's line off a stream of bytes. */
export class MarkCut {
  readonly #mark: Buffer;
  #held: Buffer | undefined = Buffer.alloc(0);

  constructor(mark: string) {
    this.#mark = Buffer.from(`${mark}\n`);
  }

  /** What of it is the script's. */
  pass(chunk: Buffer): Buffer {
    if (this.#held === undefined) return chunk;
    const all = Buffer.concat([this.#held, chunk]);
    const at = all.indexOf(this.#mark);
    if (at >= 0) {
      this.#held = undefined;
      return all.subarray(at + this.#mark.length);
    }
    this.#held = all.subarray(Math.max(0, all.length - this.#mark.length));
    return Buffer.alloc(0);
  }
}
