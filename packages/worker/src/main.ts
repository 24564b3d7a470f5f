#!/usr/bin/env node
/**
 * The worker's program.
 *
 *     berth-worker dev FILE [--port PORT]        try a handler: without a server, reloaded on change
 *     berth-worker run FILE                      work with it, where the environment says (BERTH_ENDPOINT, BERTH_SOCKET ...)
 *     berth-worker serve FILE --socket PATH      `dev` itself calls this
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const usage = "usage: berth worker dev FILE [--port PORT] | berth worker run FILE";
/** EX_USAGE of sysexits.h. */
const usageExitCode = 64;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { port: { type: "string" }, socket: { type: "string" } },
  });
  const [command, file, ...rest] = positionals;
  if (file === undefined || rest.length > 0) fail(usage, usageExitCode);
  const path = resolve(file);
  if (command === "dev") {
    const { runDev } = await import("./dev/run-dev.ts");
    await runDev({ file: path, port: readPort(values.port ?? "8080"), program: process.argv[1] ?? "" });
  } else if (command === "run") {
    const { loadHandlerFile } = await import("./host.ts");
    const { startHere } = await import("./start.ts");
    await startHere(await loadHandlerFile(path)).ended;
  } else if (command === "serve" && values.socket !== undefined) {
    const { serveFile } = await import("./dev/serve-file.ts");
    await serveFile(path, values.socket);
  } else fail(usage, usageExitCode);
} catch (error) {
  fail((error as Error).message, 1);
}

function fail(message: string, exitCode: number): never {
  console.error(message);
  process.exit(exitCode);
}

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  return fail(`--port: ${JSON.stringify(text)} is no port`, usageExitCode);
}
