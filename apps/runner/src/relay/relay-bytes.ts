import { connect } from "node:net";
import type { Readable, Writable } from "node:stream";

/**
 * Carries bytes between a pair of streams and a TCP port, both ways, until both have ended: what `ssh` runs where it may
 * not forward ports. Resolves to an exit code: 0, or 1 after having said why there is no connection.
 */
export function relayBytes(
  target: { readonly host: string; readonly port: number },
  input: Readable,
  output: Writable,
): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect({ ...target, noDelay: true, keepAlive: true, allowHalfOpen: true });
    let isOpen = false;
    socket.once("connect", () => {
      isOpen = true;
      input.pipe(socket);
      socket.pipe(output);
    });
    // whoever reads us is gone: nobody wants the rest
    output.on("error", () => socket.destroy());
    input.on("error", () => socket.destroy());
    socket.on("error", (error) => {
      if (!isOpen) console.error(`${target.host}:${target.port}: ${error.message}`);
    });
    socket.on("close", () => resolve(isOpen ? 0 : 1));
  });
}
