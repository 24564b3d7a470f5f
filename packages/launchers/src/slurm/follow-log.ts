import type { RemoteHost } from "../remote/remote-host.ts";
import type { LogOptions } from "../launcher.ts";
import type { Clock } from "@berth/std/clock";
import type { LaunchPlace } from "./launch-place.ts";
import { logScript } from "./log-script.ts";

export interface LogReading extends LogOptions {
  readonly host: RemoteHost;
  readonly place: LaunchPlace;
  readonly launchId: string;
  /** Whether nothing will be written any more. */
  readonly isOver: () => Promise<boolean>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const pollMs = 2_000;

/** The log as text, by one stream for each reader. Ends when the signal aborts; throws what the host throws. */
export async function* followLog(reading: LogReading): AsyncGenerator<string, void, void> {
  const { host, place, launchId, tailLines, follow, signal } = reading;
  if (signal.aborted) return;
  const leaving = new AbortController();
  const both = AbortSignal.any([signal, leaving.signal]);
  const script = logScript({ place, launchId, tailLines, follows: follow });
  const stream = await host.stream({ script, ...(follow ? {} : { stdin: "" }) }, both);
  // told by `ended`, or of no interest to one who leaves
  stream.ended.catch(() => undefined);
  const telling = follow ? tellEnd(reading, stream.stdin, both) : Promise.resolve();
  const decoder = new TextDecoder();
  try {
    for await (const chunk of stream.stdout) {
      const text = decoder.decode(chunk as Buffer, { stream: true });
      if (text !== "") yield text;
      if (signal.aborted) return;
    }
    const { exitCode, stderr } = await stream.ended;
    if (exitCode !== 0)
      throw new Error(`the log could not be read: ${stderr.trim() || `exit code ${exitCode}`}`);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    leaving.abort(new Error("nobody reads the log any more"));
    await telling;
  }
}

/** Writes a line to the script when the launch is over; by then all that is printed has been written. */
async function tellEnd(
  { isOver, clock }: LogReading,
  stdin: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<void> {
  try {
    while (!(await isOver())) await clock.sleep(pollMs, signal);
    if (!signal.aborted) stdin.end("over\n");
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
