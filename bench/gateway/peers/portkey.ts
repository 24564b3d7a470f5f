import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@berth/e2e/free-port";
import { keptFolder } from "@berth/e2e/kept-folder";
import { mustRun } from "@berth/e2e/run-program";
import type { Contestant, Ground } from "../contestant.ts";
import { familyOf } from "../family.ts";
import { models, type Target } from "../request.ts";
import { startPeer } from "./peer-program.ts";

const version = "1.15.2";
/** What its own lock file has: with newer ones its streams are 500s. */
const overrides = { hono: "4.9.7", "@hono/node-server": "1.13.5", "@hono/node-ws": "1.2.0" };

/** It keeps no settings: each request says where it goes. */
export async function startPortkey(ground: Ground): Promise<Contestant> {
  const folder = await keptFolder(`portkey-${version}`, async (made) => {
    const manifest = { private: true, dependencies: { "@portkey-ai/gateway": version }, overrides };
    await writeFile(join(made, "package.json"), JSON.stringify(manifest));
    await mustRun(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: made });
  });
  const port = await freePort();
  const target = (model: string, upstreamPort: number): Target => ({
    port,
    model,
    headers: {
      "x-portkey-provider": "openai",
      "x-portkey-custom-host": `http://127.0.0.1:${upstreamPort}/v1`,
    },
  });
  const whole = target(models.whole, ground.wholePort);
  const program = join(folder, "node_modules/@portkey-ai/gateway/build/start-server.js");
  const pid = await startPeer(ground, {
    name: "portkey",
    argv: [process.execPath, program, "--headless", `--port=${port}`],
    environment: { NODE_ENV: "production" },
    target: whole,
  });
  return {
    name: `Portkey ${version}`,
    whole,
    stream: target(models.stream, ground.streamPort),
    processes: () => familyOf(pid),
  };
}
