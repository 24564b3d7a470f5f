import { startStub, type StubHandlers, type StubOptions, type StubServer } from "./stub-server.ts";
import { runBerth, runBerthAtTerminal, runNode, type Run, type RunOptions } from "./run-berth.ts";

const key = "sk-berth-the-admin-key-of-the-stub";

/** The command against a server that answers as the test says. */
export interface Rig extends AsyncDisposable {
  readonly stub: StubServer;
  run(words: readonly string[], options?: RunOptions): Promise<Run>;
  runNode(words: readonly string[]): Promise<Run>;
  runAtTerminal(words: readonly string[], columns: number, options?: RunOptions): Promise<Run>;
}

export async function startRig(handlers: StubHandlers, inference?: StubOptions["inference"]): Promise<Rig> {
  const stub = await startStub({ key, handlers, ...(inference === undefined ? {} : { inference }) });
  const env = { BERTH_URL: stub.url, BERTH_AUTH_TOKEN: key };
  return {
    stub,
    run: (words, options = {}) => runBerth(words, { ...options, env: { ...env, ...options.env } }),
    runNode: (words) => runNode(words, { env }),
    runAtTerminal: (words, columns, options = {}) => runBerthAtTerminal(words, columns, { ...options, env }),
    [Symbol.asyncDispose]: () => stub.close(),
  };
}
