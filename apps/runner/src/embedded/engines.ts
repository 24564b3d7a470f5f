import type { LlamaModule } from "@berth/engines/llama-cpp/serve";

/** What an engine of ours is started with. */
export interface EmbeddedServe {
  /** As the engine's plan made it; the engine checks it. */
  readonly config: unknown;
  readonly socketPath: string;
  /** The launch's own directory. */
  readonly dir: string;
  /** Where programs of the machine's are looked for. */
  readonly path: string;
  /** Imports a package that is not in the bundle, from wherever this machine keeps such. */
  readonly importPackage: (name: string) => Promise<unknown>;
}

/**
 * The engines inside the runner's bundle, each loaded only in the process that serves it. Each resolves when it is
 * ready; meanwhile it listens and tells its progress. Each ends its process when the runner is gone.
 */
export const embeddedEngines: Readonly<Record<string, (options: EmbeddedServe) => Promise<unknown>>> = {
  "llama-cpp": async ({ config, socketPath, importPackage }) => {
    const engine = await import("@berth/engines/llama-cpp/serve");
    engine.exitWithParent();
    const { ready } = await engine.serveLlamaCpp({
      config: engine.llamaCppConfigSchema.parse(config),
      listen: { socketPath },
      loadModule: async () => (await importPackage("node-llama-cpp")) as LlamaModule,
    });
    return ready;
  },
  "transformers-js": async (options) => {
    const engine = await import("@berth/engines/transformers-js/serve");
    engine.exitWithParent();
    const config = engine.transformersJsConfigSchema.parse(options.config);
    return (await engine.serveTransformersJs(config, speechSurroundings(options))).ready;
  },
  "whisper-cpp": async (options) => {
    const engine = await import("@berth/engines/whisper-cpp/serve");
    engine.exitWithParent();
    const config = engine.whisperCppConfigSchema.parse(options.config);
    return (await engine.serveWhisperCpp(config, speechSurroundings(options))).ready;
  },
  handler: async (options) => (await import("./serve-handler.ts")).serveHandlerFile(options),
};

function speechSurroundings({ socketPath, path, importPackage }: EmbeddedServe) {
  return { listen: { socketPath }, path, importPackage };
}
