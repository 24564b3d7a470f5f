import { BerthError, type EngineOptions } from "@berth/api";
import type { Engine } from "../engine.ts";
import type { HandlerConfig } from "./config.ts";
import { containedPython } from "./contained-python.ts";

/** Packages are installed and a model is loaded before it is ready. */
const startTimeoutMs = 1_800_000;

/**
 * A function or class of the user's, served by a small host: in the runner's own process for TypeScript, by a Python program in an
 * environment of the handler's own for Python. Nothing is known of its memory.
 */
export const handlerEngine: Engine = {
  name: "handler",
  tasks: ["unknown"],

  accepts: () => ({ ok: false, reason: "it serves functions, not models" }),

  plan(request) {
    const { handler, options, surroundings } = request;
    if (handler === undefined)
      throw new BerthError("invalid_request", "name the handler's file: berth run handler FILE", {
        param: "handler",
      });
    refuseOptions(options);
    if (handler.language === "typescript" && handler.className !== undefined)
      throw new BerthError(
        "invalid_request",
        "className is for Python; a TypeScript file exports its function as handler, predict or default",
        { param: "handler.className" },
      );
    const config: HandlerConfig = { handler };
    const { systemDependencies = [] } = handler;
    return {
      program:
        surroundings.runtime === "process"
          ? { kind: "embedded", engine: "handler", config: { ...config } }
          : containedPython(request, handler, surroundings.runtime),
      listen: { kind: "socket" },
      healthPath: "/healthcheck",
      startTimeoutMs,
      contextTokens: null,
      parallel: null,
      threads: options.threads ?? 0,
      memoryMiB: null,
      warnings:
        systemDependencies.length === 0 || surroundings.runtime !== "process"
          ? []
          : [
              `the handler needs ${systemDependencies.join(", ")} on the machine that runs it; Berth installs nothing there: sudo apt-get install ${systemDependencies.join(" ")}`,
            ],
    };
  },
};

function refuseOptions(options: EngineOptions): void {
  const [first] = Object.keys(options).filter((name) => name !== "threads");
  if (first === undefined) return;
  throw new BerthError("invalid_request", `a handler takes no option ${first}: it has its own code`, {
    param: `options.${first}`,
  });
}
