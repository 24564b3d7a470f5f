import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** SHA-256 of a certificate, in lower-case hex without colons. */
export type Fingerprint = string;

/**
 * Begins TLS on a socket, connected or not yet. No authority is asked about the certificate: after `secureConnect`, and
 * before a byte is written, `showsCertificate` must be.
 */
export function beginTls(socket: Socket): TLSSocket {
  // loaded only by those who speak it
  const tls = process.getBuiltinModule("node:tls");
  const secure = tls.connect({ socket, rejectUnauthorized: false, minVersion: "TLSv1.3" });
  secure.setNoDelay(true);
  // what breaks below is told above, where somebody listens
  socket.on("error", (error) => secure.destroy(error));
  return secure;
}

/** Whether the peer has shown just this certificate. */
export function showsCertificate(socket: TLSSocket, fingerprint: Fingerprint): boolean {
  const shown = socket.getPeerCertificate().fingerprint256 ?? "";
  return shown.replaceAll(":", "").toLowerCase() === fingerprint;
}
