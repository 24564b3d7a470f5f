import { connect } from "node:net";
import type { RemoteHost, TunnelTarget } from "../remote/remote-host.ts";
import type { Transport } from "@berth/api";

export interface PortTrial {
  readonly transport: Transport;
  /** What came first from the port; `undefined` when nothing did in time. */
  readonly heard: string | undefined;
}

/** Connects to the port as a request would, listens for the first words, and leaves nothing open. Throws as `tunnel` does. */
export async function tryPort(
  host: RemoteHost,
  target: TunnelTarget,
  { waitMs }: { readonly waitMs: number },
  signal: AbortSignal,
): Promise<PortTrial> {
  const { transport, socketPath } = await host.tunnel(target, signal);
  try {
    return { transport, heard: await firstWords(socketPath, target, waitMs, signal) };
  } finally {
    await host.closeTunnel(target);
  }
}

function firstWords(
  socketPath: string | undefined,
  target: TunnelTarget,
  waitMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = socketPath === undefined ? connect(target.port, target.host) : connect(socketPath);
    const end = (heard: string | undefined): void => {
      socket.destroy();
      resolve(heard);
    };
    socket.setTimeout(waitMs, () => end(undefined));
    socket.once("data", (data: Buffer) => end(data.toString("latin1")));
    // refused or cut: it cannot be reached, which is what was asked
    socket.once("error", () => end(undefined));
    socket.once("close", () => end(undefined));
    signal.addEventListener("abort", () => end(undefined), { once: true });
  });
}
