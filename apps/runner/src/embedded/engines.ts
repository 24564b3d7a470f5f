import type { LlamaModule } from "@berth/engines/llama-cpp/serve";

/** What an engine of ours is started with. */
export interface ServeOptions {
  /** As the engine's plan made it; the engine checks it. */
  readonly config: unknown;
  readonly socketPath: string;
  /** Imports a package that is not in the bundle, from wherever this machine keeps such. */
  readonly importPackage: (name: string) => Promise<unknown>;
}

/** Resolves when the engine is ready, and rejects when it never will be; meanwhile it reports at `engineHealthPath`. */
export type Serve = (options: ServeOptions) => Promise<unknown>;

/** The engines inside the runner's bundle, each loaded only in the process that serves it. */
export const embeddedEngines: Readonly<Record<string, () => Promise<Serve>>> = {
  "llama-cpp": async () => {
    const { llamaCppConfigSchema, serveLlamaCpp } = await import("@berth/engines/llama-cpp/serve");
    return async ({ config, socketPath, importPackage }) => {
      const server = await serveLlamaCpp({
        config: llamaCppConfigSchema.parse(config),
        listen: { socketPath },
        loadModule: () => importPackage("node-llama-cpp") as Promise<LlamaModule>,
      });
      return server.ready;
    };
  },
};
