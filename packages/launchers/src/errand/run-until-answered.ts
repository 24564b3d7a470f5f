import { BerthError, isBerthError } from "@berth/api";
import type { RemoteAnswer, RemoteCommand, RemoteHost } from "../remote/remote-host.ts";

/** As `host.run`; a host that does not answer in time is out of reach like one that does not answer at all. */
export async function runUntilAnswered(
  host: Pick<RemoteHost, "run">,
  command: RemoteCommand,
  signal: AbortSignal,
): Promise<RemoteAnswer> {
  try {
    return await host.run(command, signal);
  } catch (error) {
    if (!isBerthError(error) || error.code !== "upstream_timeout") throw error;
    throw new BerthError("host_unreachable", error.message, { cause: error });
  }
}
