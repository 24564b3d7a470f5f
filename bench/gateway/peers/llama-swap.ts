import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkOut } from "@berth/e2e/git-checkout";
import { freePort } from "@berth/e2e/free-port";
import { keptFolder } from "@berth/e2e/kept-folder";
import { mustRun } from "@berth/e2e/run-program";
import type { Contestant, Ground } from "../contestant.ts";
import { benchKey, models } from "../request.ts";
import { startPeer } from "./peer-program.ts";

const repository = "https://github.com/mostlygeek/llama-swap.git";
const version = "v250";
const commit = "60226b63776efac11e15828abe0bb302ec259699";

const managed = { whole: "managed", stream: "managed-stream" } as const;

/**
 * One process by its two routes: to a server that it only knows, and to one that it minds. What it minds here is a
 * program that sleeps, so that both lead to the same upstreams.
 */
export async function startLlamaSwap(ground: Ground): Promise<readonly Contestant[]> {
  const folder = await keptFolder(`llama-swap-${commit}`, async (made) => {
    await checkOut(repository, commit, made);
    await mustRun(["go", "build", "-o", "llama-swap", "."], { cwd: made });
  });
  const port = await freePort();
  const config = join(ground.folder, "llama-swap.json");
  await writeFile(config, JSON.stringify(settings(ground)));
  const pid = await startPeer(ground, {
    name: "llama-swap",
    argv: [join(folder, "llama-swap"), "--config", config, "--listen", `127.0.0.1:${port}`],
    target: { port, model: models.whole },
  });
  // what it minds is no part of it
  const processes = (): Promise<readonly number[]> => Promise.resolve([pid]);
  const route = (
    name: string,
    { whole, stream }: Readonly<Record<"whole" | "stream", string>>,
  ): Contestant => ({
    name: `llama-swap ${version}, ${name}`,
    whole: { port, model: whole },
    stream: { port, model: stream },
    processes,
  });
  return [route("peer", models), route("managed", managed)];
}

/** JSON is YAML, too. */
function settings({ wholePort, streamPort }: Ground): object {
  const peer = (port: number, model: string): object => ({
    proxy: `http://127.0.0.1:${port}`,
    models: [model],
  });
  const minded = (port: number): object => ({
    cmd: "sleep infinity",
    proxy: `http://127.0.0.1:${port}`,
    checkEndpoint: "none",
    // it refuses an eleventh request at once unless told otherwise
    concurrencyLimit: 10_000,
  });
  return {
    logLevel: "error",
    apiKeys: [benchKey],
    peers: { whole: peer(wholePort, models.whole), stream: peer(streamPort, models.stream) },
    models: { [managed.whole]: minded(wholePort), [managed.stream]: minded(streamPort) },
    groups: { both: { swap: false, members: Object.values(managed) } },
  };
}
