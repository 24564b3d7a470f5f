/**
 * The runner: sits beside one engine, on any machine; starts it, guards it, reports on it, never restarts it.
 *
 *     runner --dir DIR                                      run the launch that lies in DIR
 *     runner engine NAME --config FILE --socket PATH        be an engine of ours; the runner itself calls this,
 *         [--packages DIR]                                      with where its packages are, if not beside it
 *     runner inside --socket PATH --port PORT -- WORDS...   start WORDS in this network namespace, reached by the socket
 *     runner models NAME | runner images NAME               see to what lies here; orders come on standard input
 *     runner fetch ENGINE --into DIR --arch ARCH [--gpu]    fetch an engine's packages for Linux, to be carried elsewhere
 *     runner relay                                          carry connections to ports over standard input and output
 *
 * Of the wire contract it loads the runner's part alone: every launch waits for that.
 */
import { flushCompileCache } from "node:module";
import { parseArgs } from "node:util";
import { systemClock } from "@berth/std/clock";
import { keepCompiledCode } from "@berth/std/compile-cache";
import { claimLaunch, ownIdentity } from "./claim.ts";
import { serveEmbedded } from "./embedded/serve-embedded.ts";
import { readLaunch } from "./read-launch.ts";
import { runLaunch } from "./run-launch.ts";
import { listenForStop } from "./stop-signals.ts";

/** EX_USAGE of sysexits.h. */
const usageExitCode = 64;

async function runDir(dir: string, env: Readonly<Record<string, string>>): Promise<void> {
  const signals = listenForStop(process);
  const launch = await readLaunch(dir);
  const identity = ownIdentity();
  if (!(await claimLaunch(dir, launch.spec.launchId, identity))) {
    console.error(
      `pid ${process.pid}: another runner has claimed ${launch.spec.launchId}, or it was given up`,
    );
    return;
  }
  const runnerArgv = [process.execPath, ...process.execArgv, process.argv[1] ?? ""] as const;
  await runLaunch(launch, { identity, runnerArgv, env, clock: systemClock, signals });
}

function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: { type: "string" },
    config: { type: "string" },
    socket: { type: "string" },
    packages: { type: "string" },
    port: { type: "string" },
    into: { type: "string" },
    arch: { type: "string" },
    gpu: { type: "boolean" },
  },
});
const [command, engine, ...rest] = positionals;
if (
  command === "engine" &&
  engine !== undefined &&
  values.config !== undefined &&
  values.socket !== undefined
) {
  // an engine's library is hundreds of files
  keepCompiledCode(process.env);
  const paths = { configPath: values.config, socketPath: values.socket, packagesDir: values.packages };
  const exitCode = await serveEmbedded({ engine, ...paths });
  // how it ends is not in its hands
  flushCompileCache();
  if (exitCode !== undefined) process.exit(exitCode);
} else if ((command === "models" || command === "images") && engine !== undefined) {
  // a launch does not wait for what this loads
  const { servePlace } = await import("./place/serve-place.ts");
  process.exitCode = await servePlace(`${command} ${engine}`, {
    input: process.stdin,
    output: process.stdout,
  });
  process.stdin.destroy();
} else if (command === "inside" && engine !== undefined && values.socket !== undefined) {
  const { serveInside } = await import("./private-port/serve-inside.ts");
  const argv = [engine, ...rest];
  process.exit(await serveInside({ socketPath: values.socket, port: Number(values.port), argv }));
} else if (
  command === "fetch" &&
  engine !== undefined &&
  values.into !== undefined &&
  values.arch !== undefined
) {
  const { fetchPackages } = await import("./packages/fetch-packages.ts");
  const wanted = { engine, intoDir: values.into, arch: values.arch, hasGpu: values.gpu === true };
  process.exit(await fetchPackages(wanted, definedOf(process.env)));
} else if (command === "relay" && engine === undefined) {
  const { serveRelay } = await import("./relay/serve-relay.ts");
  process.exit(await serveRelay(process.stdin, process.stdout, systemClock));
} else if (command === undefined && values.dir !== undefined) {
  await runDir(values.dir, definedOf(process.env));
  process.exit(0);
} else {
  console.error(
    "usage: runner --dir DIR | runner engine NAME --config FILE --socket PATH [--packages DIR] | runner inside --socket PATH --port PORT -- WORDS... | runner models NAME | runner images NAME | runner fetch ENGINE --into DIR --arch ARCH [--gpu] | runner relay",
  );
  process.exit(usageExitCode);
}
