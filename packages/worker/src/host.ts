/** For programs of ours that run a handler's file themselves: `berth worker dev`, and the runner beside a service. */
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import type { HandlerOptions, StartOptions } from "./handler.ts";
import { HandlerError } from "./handler-error.ts";
import { logger } from "./logger.ts";
import { start } from "./start.ts";
import { takeOver } from "./taken-over.ts";

export { serveHandler, type HandlerServer, type Serve } from "./push/serve-handler.ts";
export { listen, type Listening } from "./push/listen.ts";
export { serveProxy } from "./proxy/serve-proxy.ts";
export { waitUntilStarted } from "./proxy/wait-until-started.ts";
export { relay } from "./proxy/relay.ts";
export { logger } from "./logger.ts";
export { workerClock } from "./clock.ts";
export type { StartOptions } from "./handler.ts";

const packageKey = Symbol.for("berth.worker.package");

/**
 * Imports the file and finds what it wants started: what it calls `start` with, or else its export `handler`, `predict` or
 * `default`, beside `concurrency`, `concurrencyModifier` and `executionTimeoutMs`. Rejects with HandlerError
 * `not_loaded` with what the file throws, or `no_handler`.
 */
export async function loadHandlerFile(path: string): Promise<StartOptions<never>> {
  let given: StartOptions<never> | undefined;
  takeOver((options) => {
    given = options;
  });
  (globalThis as { [packageKey]?: unknown })[packageKey] = { start, logger, HandlerError };
  const hooks = registerHooks({ resolve: resolvePackage });
  try {
    const module = await load(path);
    return given ?? optionsOf(module, path);
  } finally {
    hooks.deregister();
  }
}

async function load(path: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (cause) {
    const told = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    throw new HandlerError("not_loaded", `${path} cannot be loaded: ${told}`, { cause });
  }
}

/** `@berth/worker` can be imported by files that lie where no such package is installed. */
const resolvePackage: NonNullable<Parameters<typeof registerHooks>[0]["resolve"]> = (
  specifier,
  context,
  next,
) => {
  if (specifier !== "@berth/worker") return next(specifier, context);
  const source = `const own = globalThis[Symbol.for("berth.worker.package")];
export const { start, logger, HandlerError } = own;`;
  return { url: `data:text/javascript,${encodeURIComponent(source)}`, format: "module", shortCircuit: true };
};

function optionsOf(module: Record<string, unknown>, path: string): HandlerOptions<never> {
  const fallback = module.default;
  const candidates = [module.handler, module.predict, fallback];
  const handler = candidates.find((each) => typeof each === "function");
  if (handler === undefined)
    throw new HandlerError(
      "no_handler",
      `${path} has no handler: export a function as handler, predict or default, or call start({ handler })`,
    );
  const { concurrency, concurrencyModifier, executionTimeoutMs } = module;
  return {
    handler: handler as HandlerOptions<never>["handler"],
    ...(typeof concurrency === "number" ? { concurrency } : {}),
    ...(typeof concurrencyModifier === "function"
      ? { concurrencyModifier: concurrencyModifier as (current: number) => number | Promise<number> }
      : {}),
    ...(typeof executionTimeoutMs === "number" ? { executionTimeoutMs } : {}),
  };
}
