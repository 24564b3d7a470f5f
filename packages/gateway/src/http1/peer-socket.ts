import { connect, type Socket } from "node:net";
import type { RunnerAddress } from "@berth/api";
import { beginTls, showsCertificate } from "@berth/std/pinned-tls";

/** A socket on its way to a peer. */
export interface PeerSocket {
  readonly socket: Socket;
  /** The event that tells it is open. */
  readonly opens: "connect" | "secureConnect";
  /** Once open: whether the peer has shown the one certificate that is believed; always so where there is none to show. */
  readonly isPinned: () => boolean;
}

/** Begins to connect to where the runner answers: to its socket or port, in the clear or by TLS. */
export function openPeerSocket(
  address: RunnerAddress,
  target: { readonly host: string; readonly port: number },
): PeerSocket {
  const { socketPath, fingerprint } = address;
  const socket =
    socketPath === undefined
      ? connect({ ...target, noDelay: true, keepAlive: true })
      : connect({ path: socketPath });
  if (fingerprint === undefined) return { socket, opens: "connect", isPinned: () => true };
  const secure = beginTls(socket);
  return { socket: secure, opens: "secureConnect", isPinned: () => showsCertificate(secure, fingerprint) };
}
