import { shellWords } from "@berth/std/shell-quote";

const python = `
import os, socket, sys, threading
s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 20)
s.settimeout(None)
def send():
    try:
        while True:
            data = os.read(0, 65536)
            if not data: break
            s.sendall(data)
        s.shutdown(socket.SHUT_WR)
    except OSError: os._exit(1)
threading.Thread(target=send, daemon=True).start()
try:
    while True:
        data = s.recv(65536)
        if not data: break
        while data: data = data[os.write(1, data):]
except OSError: os._exit(1)
`;

// no shell can close one direction of a socket alone: the server does not hear that the caller has said all
const bash = `exec 3<>"/dev/tcp/$1/$2" 4<&0 || exit 1; cat <&4 >&3 & cat <&3; kill $! 2>/dev/null`;

/**
 * A script that carries one connection to a port between its own input and output, by what a host has where nothing of
 * ours is: python3, bash, or nc. The doctor tries a port with it.
 */
export function relayScript({ host, port }: { readonly host: string; readonly port: number }): string {
  const target = [host, String(port)];
  const candidates = [["python3", "-c", python], ["bash", "-c", bash, "relay"], ["nc"]];
  const lines = candidates.map((argv) => {
    const [program = ""] = argv;
    return `if command -v ${shellWords([program])} >/dev/null 2>&1; then exec ${shellWords([...argv, ...target])}; fi`;
  });
  return [...lines, "echo 'there is no python3, bash or nc to carry bytes' >&2; exit 127"].join("\n");
}
