import { BerthError } from "@berth/api";
import type { RemoteHost } from "../remote/remote-host.ts";

/** What the scheduler said of the errand's Slurm job. */
export type SeenJob =
  | { readonly kind: "unasked" }
  /** It did not answer: nothing is concluded. */
  | { readonly kind: "unknown" }
  | { readonly kind: "none" }
  /** "PENDING (Priority)". */
  | { readonly kind: "known"; readonly words: string };

/** What a look at an errand showed. */
export interface Look {
  /** `null` while it has not ended. */
  readonly exitCode: number | null;
  readonly job: SeenJob;
  /** The end of its standard error. */
  readonly errors: string;
  readonly output: Buffer;
}

/** Looks at it, by `lookScript`. Throws as RemoteHost does, and `upstream_failed` for a look that failed. */
export async function readLook(host: RemoteHost, script: string, signal: AbortSignal): Promise<Look> {
  const { exitCode, stdout, stderr } = await host.run({ script }, signal);
  if (exitCode !== 0)
    throw new BerthError("upstream_failed", `an errand cannot be looked at: ${stderr.trim()}`);
  return parseLook(stdout);
}

export function parseLook(text: string): Look {
  const [exit = "", state = "", errors = "", ...output] = text.split("\n");
  const code = exit.slice("exit=".length);
  if (code === "gone") throw new BerthError("not_found", "the errand's directory is gone");
  return {
    exitCode: code === "" ? null : Number(code),
    job: seenJob(state.slice("state=".length)),
    errors: Buffer.from(errors.slice("errors=".length), "base64").toString("utf8"),
    output: Buffer.from(output.join(""), "base64"),
  };
}

/** `12 PENDING Priority`, or what stands for no answer. */
function seenJob(text: string): SeenJob {
  const [, state = "", reason = ""] = /^\d+\S* (\S+) ?(.*)$/.exec(text) ?? [];
  if (state !== "") {
    return { kind: "known", words: reason === "" || reason === "None" ? state : `${state} (${reason})` };
  }
  return { kind: text === "" ? "unasked" : text === "none" ? "none" : "unknown" };
}
