import { spawn } from "node:child_process";
import { createConnection } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";

const program = `
import os, socket, sys, threading
s = socket.socket(); s.bind(("0.0.0.0", int(sys.argv[1]))); s.listen(64)
print(s.getsockname()[1], flush=True)
def echo(c):
    try:
        while True:
            data = c.recv(65536)
            if not data: break
            c.sendall(data)
    except OSError: pass
    c.close()
def accept():
    while True: threading.Thread(target=echo, args=(s.accept()[0],), daemon=True).start()
threading.Thread(target=accept, daemon=True).start()
sys.stdin.read()
os._exit(0)
`;

/** A port on a host of the lab that says back what it hears, and closes when the caller has said all. */
export interface EchoPort {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function openEchoPort(host: string): Promise<EchoPort> {
  const child = spawn(join(import.meta.dirname, "lab/lab-exec"), [host, "python3", "-c", program, "0"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = new Promise((resolve) => child.once("close", resolve));
  const [line] = await Array.fromAsync(first(createInterface({ input: child.stdout })));
  return {
    host,
    port: Number(line),
    close: async () => {
      child.stdin.end();
      await gone;
    },
  };
}

async function* first(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) return yield line;
}

/** Says all of it, closes its half, and resolves to what came back. Rejects when the connection breaks before. */
export function sayAndHear(socketPath: string, words: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path: socketPath, allowHalfOpen: true });
    const heard: Buffer[] = [];
    socket.on("error", reject);
    socket.on("data", (chunk: Buffer) => heard.push(chunk));
    socket.on("end", () => {
      const all = Buffer.concat(heard);
      if (all.length === words.length) resolve(all);
      else reject(new Error(`heard ${all.length} bytes of ${words.length}`));
      socket.destroy();
    });
    socket.end(words);
  });
}
