import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { constants } from "node:os";
import { promisify } from "node:util";
import { findProgram } from "../engine/find-program.ts";

export interface InsideOptions {
  /** Where the runner, outside, connects. */
  readonly socketPath: string;
  /** Where the engine listens, inside. */
  readonly port: number;
  readonly argv: readonly string[];
}

/** Administrators' programs lie beside most users' PATH. */
const adminFolders = "/usr/sbin:/sbin";

/**
 * The first process of a network namespace of its own: starts the engine there and carries connections from a Unix
 * socket, which other namespaces see too, to the engine's port, which nobody else can. Resolves to the engine's exit code
 * when it ends; ends by the same signal when a signal ended it. Rejects when the namespace has no usable loopback.
 */
export async function serveInside({ socketPath, port, argv }: InsideOptions): Promise<number> {
  await raiseLoopback(process.env["PATH"] ?? "");
  const server = createServer({ allowHalfOpen: true }, (outer) => carry(outer, port));
  server.listen(socketPath);
  await once(server, "listening");
  // the engine has them too, as one of the same process group
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => undefined);
  const [program = "", ...words] = argv;
  const engine = spawn(program, words, { stdio: "inherit" });
  const [exitCode, signal] = (await once(engine, "exit")) as [number | null, NodeJS.Signals | null];
  if (signal === null) return exitCode ?? 1;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  return 128 + constants.signals[signal];
}

function carry(outer: Socket, port: number): void {
  const inner = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  outer.on("error", () => inner.destroy());
  inner.on("error", () => outer.destroy());
  outer.on("close", () => inner.destroy());
  outer.pipe(inner).pipe(outer);
}

async function raiseLoopback(path: string): Promise<void> {
  const ip = await findProgram("ip", "/", `${path}:${adminFolders}`);
  if (ip.kind === "missing") throw new Error("there is no program ip (iproute2) to raise the loopback with");
  await promisify(execFile)(ip.path, ["link", "set", "lo", "up"]);
}
