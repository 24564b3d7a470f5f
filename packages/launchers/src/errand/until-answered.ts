import { BerthError, isBerthError } from "@berth/api";
import type { RemoteAnswer, RemoteCommand, RemoteHost } from "../remote/remote-host.ts";

/** A host that does not answer in time is out of reach (`host_unreachable`) like one that does not answer at all. */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isBerthError(error) || error.code !== "upstream_timeout") throw error;
    throw new BerthError("host_unreachable", error.message, { cause: error });
  }
}

/** As `host.run`, until it answers. */
export const runUntilAnswered = (
  host: Pick<RemoteHost, "run">,
  command: RemoteCommand,
  signal: AbortSignal,
): Promise<RemoteAnswer> => untilAnswered(() => host.run(command, signal));
