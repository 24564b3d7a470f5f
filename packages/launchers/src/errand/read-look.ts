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
  /** Its directory is not there; `away`: nor is the profile's home, whose file system may come back. */
  readonly missing?: "gone" | "away";
}

/** Looks at it, by `lookScript`. Throws as RemoteHost does; a look that fails says nothing of the errand: `host_unreachable`. */
export async function readLook(
  host: Pick<RemoteHost, "run">,
  script: string,
  signal: AbortSignal,
): Promise<Look> {
  const { exitCode, stdout, stderr } = await runUntilAnswered(host, { script }, signal);
  if (exitCode !== 0)
    throw new BerthError(
      "host_unreachable",
      `the Slurm job cannot be looked at: ${stderr.trim() || `the shell ended with ${exitCode}`}`,
    );
  return parseLook(stdout);
}

export function parseLook(text: string): Look {
  const [exit = "", errors = "", ...output] = text.split("\n");
  const code = exit.slice("exit=".length);
  const missing = code === "gone" || code === "away" ? code : undefined;
  return {
    ...(missing === undefined ? {} : { missing }),
    exitCode: code === "" || missing !== undefined ? null : Number(code),
    errors: Buffer.from(errors.slice("errors=".length), "base64").toString("utf8"),
    output: Buffer.from(output.join(""), "base64"),
  };
}
