import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { BerthError } from "@berth/api";

/** Where the other parts of Berth lie beside this server: in a checkout (sources or bundles) or in the published package. */
export interface Installation {
  /** The program the runner is started with, after Node itself. */
  readonly runnerEntry: string;
  /** The runner as one bundle, which runs where no sources lie; the same where the installation is built. */
  readonly builtRunnerEntry: string;
  /** The program that reads documents. */
  readonly documentReaderEntry: string;
  /** The built console; absent when it was never built. */
  readonly consoleDir: string | undefined;
  /** The demo model's file. */
  readonly demoModelPath: string | undefined;
  /** Whether engines' packages lie beside the runner, as in a checkout; otherwise they are fetched on demand. */
  readonly hasEngines: boolean;
}

interface Layout {
  readonly runner: string;
  readonly documentReader: string;
  readonly console: string;
  readonly demo: string;
}

const layouts: readonly Layout[] = [
  // published: everything beside server.mjs
  { runner: "./runner.mjs", documentReader: "./document-reader.mjs", console: "./web", demo: "./demo" },
  // checkout, built: apps/server/dist/server.mjs
  {
    runner: "../../runner/dist/runner.mjs",
    documentReader: "../../../packages/summarize/dist/document-reader.mjs",
    console: "../../web/dist",
    demo: "../../../models/demo",
  },
  // checkout, sources: apps/server/src/main.ts
  {
    runner: "../../runner/src/main.ts",
    documentReader: "../../../packages/summarize/src/documents/reader-main.ts",
    console: "../../web/dist",
    demo: "../../../models/demo",
  },
];

const demoFile = "pilot-q8_0.gguf";

/** Finds the parts around `here`, the directory of the server's own entry. */
export function findInstallation(here: string): Installation {
  // Sources run with sources, bundles with bundles: what was edited is what runs.
  const ordered = here.endsWith("src") ? layouts.toReversed() : layouts;
  const layout = ordered.find((candidate) => existsSync(join(here, candidate.runner)));
  if (layout === undefined)
    throw new BerthError("internal", `the runner is missing beside ${here}; install Berth again`);
  const consoleDir = join(here, layout.console);
  const demoModelPath = join(here, layout.demo, demoFile);
  const runnerEntry = join(here, layout.runner);
  return {
    runnerEntry,
    builtRunnerEntry: runnerEntry.endsWith(".ts") ? join(here, "../../runner/dist/runner.mjs") : runnerEntry,
    hasEngines: canResolve("node-llama-cpp", runnerEntry),
    documentReaderEntry: join(here, layout.documentReader),
    consoleDir: existsSync(join(consoleDir, "index.html")) ? consoleDir : undefined,
    demoModelPath: existsSync(demoModelPath) ? demoModelPath : undefined,
  };
}

function canResolve(name: string, from: string): boolean {
  try {
    createRequire(from).resolve(name);
    return true;
  } catch {
    return false; // not beside it: that is the answer
  }
}
