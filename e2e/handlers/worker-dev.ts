import { spawn } from "node:child_process";
import { join } from "node:path";
import { cleanEnvironment, top } from "../berth-process.ts";
import { until } from "../until.ts";

const cliEntry = join(top, "apps/cli/dist/berth.mjs");

/** What the page polls. */
interface State {
  readonly kind: string;
  readonly generation: number;
  readonly reason?: string;
}

/** `berth worker dev FILE` at a free port, without a server. */
export async function dev(file: string, environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, [cliEntry, "worker", "dev", file, "--port", "0"], {
    env: cleanEnvironment(environment),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const url = await until("its address", () => {
    if (child.exitCode !== null) throw new Error(output);
    return /http:\/\/localhost:\d+/.exec(output)?.[0];
  });
  return {
    url,
    output: () => output,
    call: async (input: unknown, path = "/predict") =>
      fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(input) }),
    /** Once it is ready, or not, with what the file was when it was loaded for that time. */
    settled: (generation: number): Promise<State> =>
      until("it to be ready, or not", async () => {
        const state = (await (await fetch(`${url}/-/state`)).json()) as State;
        return state.generation >= generation && state.kind !== "starting" ? state : undefined;
      }),
    [Symbol.asyncDispose]: async () => {
      const gone = new Promise((resolve) => child.once("close", resolve));
      child.kill("SIGTERM");
      await gone;
    },
  };
}
