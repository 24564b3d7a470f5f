import { connect } from "node:net";
import type { Duplex, Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Clock } from "@berth/std/clock";
import { Multiplexer } from "@berth/std/multiplex/multiplexer";

/** Whoever uses us says so each minute: one who slept away leaves a connection behind that may last for hours. */
const silenceMs = 5 * 60_000;
const lookMs = 60_000;

/**
 * Carries many connections to ports, `host:port` by name, over one pair of streams: what runs on a login node that may
 * not forward ports. Resolves to an exit code when the streams are over, or nobody was heard for a while.
 */
export async function serveRelay(input: Readable, output: Writable, clock: Clock): Promise<number> {
  let heardAt = clock.monotonic();
  const connections = new Multiplexer({
    input,
    output,
    accept: carry,
    heard: () => (heardAt = clock.monotonic()),
  });
  const over = new AbortController();
  void watchSilence(clock, over.signal, () => {
    if (clock.monotonic() - heardAt > silenceMs) connections.close();
  });
  const wrong = await connections.ended;
  over.abort();
  if (wrong !== undefined) console.error(wrong.message);
  return wrong === undefined ? 0 : 1;
}

async function watchSilence(clock: Clock, signal: AbortSignal, look: () => void): Promise<void> {
  while (!signal.aborted) {
    // it is over meanwhile
    await clock.sleep(lookMs, signal).catch(() => undefined);
    look();
  }
}

function carry(name: string, channel: Duplex): void {
  const colon = name.lastIndexOf(":");
  const [host, port] = [name.slice(0, colon), Number(name.slice(colon + 1))];
  // `connect` would throw
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return void channel.destroy();
  const socket = connect({ host, port, noDelay: true, keepAlive: true, allowHalfOpen: true });
  // each direction ends on its own; what breaks one breaks both, and the other side sees that
  void Promise.allSettled([pipeline(channel, socket), pipeline(socket, channel)]).then(() => {
    socket.destroy();
    channel.destroy();
  });
}
