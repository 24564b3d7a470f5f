/** A login node that asks for a password and then a Duo choice: an SSH server that the real OpenSSH client logs in to. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect } from "node:net";
import ssh2, { type Connection, type KeyboardAuthContext, type ServerChannel } from "ssh2";

export interface FakeLogin extends AsyncDisposable {
  readonly port: number;
  /** What was tried, in order: `password right`, `password wrong`, `duo 1`. */
  readonly attempts: readonly string[];
  /** How many are connected, logged in or not. */
  connections(): number;
  /** Ends every session: who comes back is asked again. */
  expire(): void;
}

export interface FakeLoginOptions {
  readonly password: string;
  /** Path of a private key. */
  readonly hostKey: string;
  /** Any free one when absent. */
  readonly port?: number;
}

export interface HostKey {
  readonly path: string;
  /** As people are shown it. */
  readonly fingerprint: string;
  /** Type and key, as in known_hosts. */
  readonly text: string;
}

/** Makes a host key, by ssh-keygen. */
export function makeHostKey(path: string): HostKey {
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "fake login", "-f", path]);
  const [type, key] = readFileSync(`${path}.pub`, "utf8").split(" ");
  const [, fingerprint = ""] = execFileSync("ssh-keygen", ["-lf", path], { encoding: "utf8" }).split(" ");
  return { path, fingerprint, text: `${type} ${key}` };
}

export const duoPrompt =
  "Duo two-factor login\n\n 1. Duo Push to XXX-XXX-1234\n 2. Phone call\n\nPasscode or option (1-2): ";

export async function startFakeLogin(options: FakeLoginOptions): Promise<FakeLogin> {
  const attempts: string[] = [];
  const connections = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(options.hostKey)] }, (connection) => {
    connections.add(connection);
    connection
      // clients that leave while they are asked
      .on("error", () => undefined)
      .on("close", () => connections.delete(connection))
      .on("authentication", (context) => {
        if (context.method !== "keyboard-interactive") return context.reject(["keyboard-interactive"]);
        ask(context, options.password, attempts);
      })
      // as a jump host does
      .on("tcpip", (accept, reject, { destIP, destPort }) => {
        const socket = connect(destPort, destIP);
        socket.once("error", reject).once("connect", () => {
          const channel = accept();
          channel.pipe(socket).pipe(channel);
          channel.on("error", () => socket.destroy());
          socket.on("error", () => channel.destroy());
        });
      })
      .on("session", (acceptSession) => {
        acceptSession().on("exec", (acceptExec, _, { command }) => run(acceptExec(), command));
      });
  });
  server.listen(options.port ?? 0, "127.0.0.1");
  await once(server, "listening");
  const expire = (): void => {
    for (const connection of connections) connection.end();
  };
  return {
    port: (server.address() as AddressInfo).port,
    attempts,
    connections: () => connections.size,
    expire,
    async [Symbol.asyncDispose]() {
      expire();
      server.close();
      await once(server, "close");
    },
  };
}

function ask(context: KeyboardAuthContext, password: string, attempts: string[]): void {
  context.prompt([{ prompt: "Password: ", echo: false }], "", "", ([given]) => {
    attempts.push(`password ${given === password ? "right" : "wrong"}`);
    if (given !== password) return context.reject(["keyboard-interactive"]);
    context.prompt([{ prompt: duoPrompt, echo: true }], "", "", ([choice]) => {
      attempts.push(`duo ${choice}`);
      if (choice === "1") context.accept();
      else context.reject(["keyboard-interactive"]);
    });
  });
}

/** As a login shell would. */
function run(channel: ServerChannel, command: string): void {
  const child = spawn("/bin/sh", ["-c", command], { cwd: "/" });
  channel.pipe(child.stdin);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.stdin.on("error", () => undefined);
  child.once("close", (code) => {
    channel.exit(code ?? 255);
    channel.end();
  });
}
