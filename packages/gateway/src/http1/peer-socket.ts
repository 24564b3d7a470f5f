import { lookup } from "node:dns";
import { connect, isIP, Socket, type LookupFunction, type OnReadOpts } from "node:net";
import { beginTls, showsCertificate } from "@berth/std/pinned-tls";
import type { ForbidsAddress, PeerAddress } from "./peer-address.ts";

/** A socket on its way to a peer. */
export interface PeerSocket {
  readonly socket: Socket;
  /** The event that tells it is open. */
  readonly opens: "connect" | "secureConnect";
  /** Once open: whether it is the peer it should be, as far as a certificate tells; always so where there is none to show. */
  readonly isPinned: () => boolean;
}

export interface PeerHost {
  readonly host: string;
  readonly port: number;
}

/** Told of bytes as they come; they are the listener's own. */
type OnBytes = (bytes: Buffer) => void;

/**
 * Begins to connect to where the peer answers: to its socket or port, in the clear or by TLS. `onBytes` is told of what
 * comes.
 */
export function openPeerSocket(
  address: PeerAddress,
  target: PeerHost,
  forbids: ForbidsAddress,
  onBytes: OnBytes,
): PeerSocket {
  if (address.kind === "public")
    return openPublicSocket(address.url.startsWith("https:"), target, forbids, onBytes);
  const { socketPath, fingerprint } = address;
  const onread = fingerprint === undefined ? readInto(onBytes) : undefined;
  const socket =
    socketPath === undefined
      ? connect({ ...target, noDelay: true, keepAlive: true, onread })
      : connect({ path: socketPath, onread });
  if (fingerprint === undefined) return { socket, opens: "connect", isPinned: () => true };
  const secure = beginTls(socket);
  secure.on("data", onBytes);
  return { socket: secure, opens: "secureConnect", isPinned: () => showsCertificate(secure, fingerprint) };
}

/** What every socket of this thread reads into: what is read is copied out before the next one reads. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** Else Node makes a buffer of that size for each read, and cuts it. */
function readInto(onBytes: OnBytes): OnReadOpts {
  return {
    buffer: readBuffer,
    callback: (count, buffer) => {
      const bytes = Buffer.allocUnsafe(count);
      (buffer as Buffer).copy(bytes, 0, 0, count);
      onBytes(bytes);
      return true;
    },
  };
}

function openPublicSocket(
  isSecure: boolean,
  target: PeerHost,
  forbids: ForbidsAddress,
  onBytes: OnBytes,
): PeerSocket {
  const { host } = target;
  const options = { ...target, noDelay: true, keepAlive: true, lookup: lookupAllowed(forbids) };
  // an address written as numbers is not looked up
  if (isIP(host) !== 0 && forbids(host)) {
    const socket = new Socket();
    queueMicrotask(() => socket.destroy(refusal(host, host)));
    return { socket, opens: "connect", isPinned: () => false };
  }
  if (!isSecure)
    return {
      socket: connect({ ...options, onread: readInto(onBytes) }),
      opens: "connect",
      isPinned: () => true,
    };
  // loaded only by those who speak it
  const tls = process.getBuiltinModule("node:tls");
  const secure = tls.connect({
    ...options,
    ALPNProtocols: ["http/1.1"],
    minVersion: "TLSv1.2",
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  secure.setNoDelay(true);
  secure.on("data", onBytes);
  return { socket: secure, opens: "secureConnect", isPinned: () => secure.authorized };
}

/** Looks a name up, and refuses it when it leads where nothing may be sent: also when it did not a moment ago. */
export function lookupAllowed(forbids: ForbidsAddress): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const forbidden = addresses.find(({ address }) => forbids(address));
      if (forbidden !== undefined) return callback(refusal(hostname, forbidden.address), []);
      if (options.all === true) return callback(null, addresses);
      const [first] = addresses;
      if (first === undefined) return callback(new Error(`${hostname} has no address`), "", 4);
      return callback(null, first.address, first.family);
    });
  };
}

function refusal(host: string, address: string): Error {
  const leads = host === address ? "" : `leads to ${address}, `;
  return new Error(`${host} ${leads}which no server of ours calls`);
}
