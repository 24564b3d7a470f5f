import { join } from "node:path";
import type { Job } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { until } from "../until.ts";
import { SeedRig } from "./seed-rig.ts";

let berth: Berth;
let rig: SeedRig;

beforeAll(async () => {
  berth = await startBerth({ demo: false });
  rig = new SeedRig(berth);
  await deploy("shap", "shap.py", "ShapEHandler");
});
afterAll(() => berth.dispose());

/** The environment may have to be made first; whose requirements are the same shares it. */
async function deploy(name: string, file: string, className: string): Promise<void> {
  const handler = `${join(import.meta.dirname, "files", file)}:${className}`;
  const said = ["--handler", handler, "--requirement", "iniconfig==2.0.0"];
  await rig.berth("endpoint", "create", name, ...said, "--deploy");
}

describe("a template class of Outpost's, as it is", () => {
  test("has its body validated by pydantic, with defaults, beside typed parameters", async () => {
    const asked = await berth.fetch("/e/berth/shap/predict?loud=true", {
      method: "POST",
      body: '{"prompt":"fields","frame_size":64}',
    });
    expect(await asked.json()).toEqual({ frame_size: 64, guidance_scale: 15, loud: true });
    const invalid = await rig.predict("berth/shap", { frame_size: "wide" });
    expect([invalid.status, await invalid.text()]).toMatchObject([422, expect.stringContaining("prompt")]);
  });

  test("streams a picture with its type", async () => {
    const gif = await rig.predict("berth/shap", { prompt: "a shark" });
    expect([gif.status, gif.headers.get("content-type"), await gif.text()]).toEqual([
      200,
      "image/gif",
      "GIF89a",
    ]);
  });

  test("answers its exceptions itself", async () => {
    const refused = await rig.predict("berth/shap", { prompt: "nothing" });
    expect([refused.status, await refused.json()]).toEqual([
      500,
      { error: "there is nothing to draw", type: "unhandled_error" },
    ]);
  });

  test("has its packages, is told which of the system it needs, and logs by level with id and caller", async () => {
    await rig.predict("berth/shap", { prompt: "a shark" });
    const log = await until("the log to be written", async () => {
      const text = await rig.berth("endpoint", "logs", "shap");
      return text.includes("draws with iniconfig") ? text : undefined;
    });
    expect(log).toMatch(/needs these on the machine: curl/);
    expect(log).toMatch(/"requestId": "[^"]+", "level": "debug", "caller": "shap\.py:\d+"/);
  });
});

describe("handlers of Spirit's, as they are", () => {
  beforeAll(() =>
    Promise.all(
      ["handler", "gen_handler", "async_handler", "async_gen_handler"].map((name) =>
        deploy(name.replaceAll("_", "-"), "kinds.py", name),
      ),
    ),
  );

  test.each([
    ["gen-handler", [0, 1, 2, 3, 4], { done: 4, total: 5, message: null }],
    ["async-handler", { output: "hello" }, { done: 1, total: 2, message: "half" }],
    ["async-gen-handler", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], null],
  ])("of the kind %s: called, and as a job", async (name, result, progress) => {
    const asked = await rig.predict(`berth/${name}`, { input: {} });
    expect(await asked.json()).toEqual(result);
    const job = await rig.told<Job>("job", "submit", name, "--data", '{"input":{}}', "--wait");
    expect(job).toMatchObject({ status: "COMPLETED", progress });
    expect(JSON.parse(await rig.berth("job", "result", job.id))).toEqual(result);
  });

  test("get an id in meta, unless the caller has given one", async () => {
    const own = await rig.predict("berth/handler", { input: 1, meta: { requestID: "mine" } });
    expect(await own.json()).toEqual({ output: 1, id: "mine" });
    const made = (await (await rig.predict("berth/handler", { input: 1 })).json()) as { id: string };
    expect(made.id.length).toBeGreaterThan(8);
  });
});
