import { BerthError } from "@berth/api";
import type { RemoteHost } from "../remote/remote-host.ts";
import { runUntilAnswered } from "./until-answered.ts";

/** What a look at an errand showed. */
export interface Look {
  /** `null` while it has not ended. */
  readonly exitCode: number | null;
  /** The end of its standard error. */
  readonly errors: string;
  readonly output: Buffer;
  /** Its directory is not there: deleted, or with a file system that is away for a moment. */
  readonly isGone: boolean;
}

/** Looks at it, by `lookScript`. Throws as RemoteHost does, and `upstream_failed` for a look that failed. */
export async function readLook(
  host: Pick<RemoteHost, "run">,
  script: string,
  signal: AbortSignal,
): Promise<Look> {
  const { exitCode, stdout, stderr } = await runUntilAnswered(host, { script }, signal);
  if (exitCode !== 0)
    throw new BerthError("upstream_failed", `an errand cannot be looked at: ${stderr.trim()}`);
  return parseLook(stdout);
}

export function parseLook(text: string): Look {
  const [exit = "", errors = "", ...output] = text.split("\n");
  const code = exit.slice("exit=".length);
  const isGone = code === "gone";
  return {
    isGone,
    exitCode: code === "" || isGone ? null : Number(code),
    errors: Buffer.from(errors.slice("errors=".length), "base64").toString("utf8"),
    output: Buffer.from(output.join(""), "base64"),
  };
}
