#!/usr/bin/env node
/**
 * The worker's program. FILE is TypeScript or JavaScript, or Python, where `:NAME` says which class or function of it.
 *
 *     berth-worker dev FILE [--port PORT]        try a handler: without a server, reloaded on change
 *     berth-worker run FILE                      work with it, where the environment says (BERTH_ENDPOINT, BERTH_SOCKET ...)
 *     berth-worker serve FILE --socket PATH      `dev` itself calls this
 *
 * Each takes `--requirement PACKAGE`, any number of times, for what a Python handler needs.
 */
import { parseArgs } from "node:util";
import { readHandlerFile } from "./handler-file.ts";

const usage = "usage: berth worker dev FILE [--port PORT] | berth worker run FILE";
/** EX_USAGE of sysexits.h. */
const usageExitCode = 64;

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: "string" },
      socket: { type: "string" },
      requirement: { type: "string", multiple: true },
    },
  });
  const [command, word, ...rest] = positionals;
  if (word === undefined || rest.length > 0) fail(usage, usageExitCode);
  const file = readHandlerFile(word, values.requirement);
  if (command === "dev") {
    const { runDev } = await import("./dev/run-dev.ts");
    await runDev({ file, port: readPort(values.port ?? "8080"), program: process.argv[1] ?? "" });
  } else if (command === "run" && file.isPython) {
    const { runPython } = await import("./python/run-python.ts");
    await runPython(file);
  } else if (command === "run") {
    const { loadHandlerFile } = await import("./host.ts");
    const { startHere } = await import("./start.ts");
    await startHere(await loadHandlerFile(file.path)).ended;
  } else if (command === "serve" && values.socket !== undefined) {
    const { serveFile } = await import("./dev/serve-file.ts");
    await serveFile(file, values.socket);
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
