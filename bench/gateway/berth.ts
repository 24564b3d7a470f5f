import { join } from "node:path";
import { startBerth, top, waitForService, type Berth } from "@berth/e2e/berth-process";
import { mustRun } from "@berth/e2e/run-program";
import { startProgram } from "../program.ts";
import type { Contestant, Ground } from "./contestant.ts";
import { familyOf } from "./family.ts";
import { benchKey, models } from "./request.ts";

/** Nothing but the gateway, in one process. */
export async function startGatewayAlone({
  folder,
  wholePort,
  streamPort,
  cleanUp,
}: Ground): Promise<Contestant> {
  const urls = [wholePort, streamPort].map((port) => `http://127.0.0.1:${port}`);
  const { port, pid } = cleanUp.use(await startProgram("gateway/gateway-process.ts", ...urls, folder));
  return {
    name: "Berth's gateway, alone",
    whole: { port, model: models.whole },
    stream: { port, model: models.stream },
    processes: () => Promise.resolve([pid]),
  };
}

/** What users run, with the upstreams as providers. */
export async function startServerWithProviders(ground: Ground, workers?: number): Promise<Contestant> {
  const berth = await start(ground, workers === undefined ? [] : ["--gateway-workers", `${workers}`]);
  const upstreams = [
    [models.whole, ground.wholePort],
    [models.stream, ground.streamPort],
  ] as const;
  for (const [model, port] of upstreams) {
    const url = `http://127.0.0.1:${port}/v1`;
    const words = ["provider", "add", `of-${model}`, "--kind", "openai-compatible", "--url", url];
    const cli = [process.execPath, join(top, "apps/cli/dist/berth.mjs"), "--home-dir", berth.home] as const;
    await mustRun([...cli, ...words, "--model", model, "--yes"], {
      environment: { BERTH_AUTH_TOKEN: benchKey },
    });
  }
  const port = Number(new URL(berth.url).port);
  return {
    name: workers === undefined ? "berth start, provider" : `berth start, ${workers} workers`,
    whole: { port, model: models.whole },
    stream: { port, model: models.stream },
    processes: () => familyOf(berth.process.pid ?? Number.NaN),
  };
}

/** What users run, with the streaming upstream as a service behind a runner. */
export async function startServerWithService(ground: Ground): Promise<Contestant> {
  const berth = await start(ground, []);
  const argv = [process.execPath, join(import.meta.dirname, "upstream-process.ts"), "{port}"];
  const created = await berth.fetch("/api/v1/services", {
    method: "POST",
    body: JSON.stringify({ image: "command", name: models.stream, command: { argv } }),
  });
  if (!created.ok) throw new Error(await created.text());
  await waitForService(berth, models.stream);
  const target = { port: Number(new URL(berth.url).port), model: models.stream };
  return {
    name: "berth start, runner",
    whole: target,
    stream: target,
    processes: () => Promise.resolve([berth.process.pid ?? Number.NaN]),
  };
}

async function start({ cleanUp }: Ground, flags: readonly string[]): Promise<Berth> {
  const berth = await startBerth({ demo: false, environment: { BERTH_AUTH_TOKEN: benchKey }, flags });
  cleanUp.defer(() => berth.dispose());
  return berth;
}
