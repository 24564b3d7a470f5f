import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "@berth/e2e/free-port";
import { keptFolder } from "@berth/e2e/kept-folder";
import { mustRun } from "@berth/e2e/run-program";
import type { Contestant, Ground } from "../contestant.ts";
import { familyOf } from "../family.ts";
import { benchKey, models } from "../request.ts";
import { startPeer } from "./peer-program.ts";

/** Never 1.82.7 or 1.82.8: both stole credentials. */
const version = "1.108.7";

/** With one worker and no database: its fastest form that still has a key. */
export async function startLiteLlm(ground: Ground): Promise<Contestant> {
  const folder = await keptFolder(`litellm-${version}`, async (made) => {
    await mustRun(["python3", "-m", "venv", made]);
    const pip = [
      join(made, "bin/python"),
      "-m",
      "pip",
      "install",
      "--quiet",
      "--disable-pip-version-check",
    ] as const;
    await mustRun([...pip, `litellm[proxy]==${version}`]);
  });
  const port = await freePort();
  const config = join(ground.folder, "litellm.json");
  const model = (name: string, upstreamPort: number): object => ({
    model_name: name,
    litellm_params: {
      model: `openai/${name}`,
      api_base: `http://127.0.0.1:${upstreamPort}/v1`,
      api_key: "none",
    },
  });
  const settings = {
    model_list: [model(models.whole, ground.wholePort), model(models.stream, ground.streamPort)],
    general_settings: { master_key: benchKey },
  };
  await writeFile(config, JSON.stringify(settings));
  const words = ["--config", config, "--host", "127.0.0.1", "--port", `${port}`, "--num_workers", "1"];
  const whole = { port, model: models.whole };
  const pid = await startPeer(ground, {
    name: "litellm",
    argv: [join(folder, "bin/litellm"), ...words, "--telemetry", "False"],
    // the second keeps it from asking the network for prices
    environment: { LITELLM_LOG: "ERROR", LITELLM_LOCAL_MODEL_COST_MAP: "True", LITELLM_MODE: "PRODUCTION" },
    target: whole,
    deadlineMs: 90_000,
  });
  return {
    name: `LiteLLM ${version}`,
    whole,
    stream: { port, model: models.stream },
    processes: () => familyOf(pid),
  };
}
