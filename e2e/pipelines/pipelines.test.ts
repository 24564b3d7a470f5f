import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sentimentFolder, whisperFolder } from "@berth/demo-model";
import { writePipelineModels } from "@berth/demo-model/pipelines";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, top, waitForService, type Berth } from "../berth-process.ts";
import { launch } from "../demo-models.ts";
import { humming } from "../docs/humming.ts";
import { mustRun } from "../run-program.ts";
import { until } from "../until.ts";

// tiny models: what generates writes noise, all else is right
let folder: string;
let berth: Berth;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-pipelines-"));
  writePipelineModels(folder);
  berth = await startBerth({ demo: false });
});
afterAll(async () => {
  await berth.dispose();
  await rm(folder, { recursive: true });
});

async function ask(name: string, path: string, init: RequestInit = {}): Promise<Response> {
  const { port } = await waitForService(berth, name);
  return until("the service's port to be open", async () =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${berth.adminKey}`, ...(init.headers as object) },
    }).catch(() => undefined),
  );
}

async function predict(name: string, body: object): Promise<unknown> {
  const response = await ask(name, "/predict", {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  return { status: response.status, answer: await response.json() };
}

async function order(spec: object): Promise<{ readonly status: number; readonly error?: Refusal }> {
  const response = await berth.fetch("/api/v1/services", { method: "POST", body: JSON.stringify(spec) });
  return { status: response.status, ...((await response.json()) as { error?: Refusal }) };
}

interface Refusal {
  readonly param: string | null;
  readonly message: string;
}

const score = expect.any(Number) as number;
const text = expect.any(String) as string;

// a red picture of two by two pixels
const red =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mP4xcAARAwQCgAfTgPpSsvaJwAAAABJRU5ErkJggg==";

// oxfmt-ignore
const cases: readonly [task: string, folder: string, body: object, answer: unknown][] = [
  ["text-classification", sentimentFolder, { texts: ["I love this phone.", "This hotel is awful."] }, [{ label: "POSITIVE", score }, { label: "NEGATIVE", score }]],
  ["zero-shot-classification", "", { sequences: "the ship is good", candidate_labels: ["ship", "bad"] }, { sequence: "the ship is good", labels: expect.any(Array), scores: [score, score] }],
  ["token-classification", "", { inputs: "Rosa lives in Oslo", ignore_labels: [] }, Array.from({ length: 4 }, (_, at) => ({ entity: text, score, index: at + 1, word: text }))],
  ["fill-mask", "", { args: "rosa lives in [MASK]", targets: ["oslo"] }, [{ score, token: score, token_str: "oslo", sequence: "rosa lives in oslo" }]],
  ["question-answering", "", { question: "Where is Rosa?", context: "Rosa lives in Oslo" }, { answer: text, score }],
  ["feature-extraction", "", { args: ["rosa", "oslo"], pooling: "mean" }, [expect.any(Array), expect.any(Array)]],
  ["summarization", "", { documents: ["rosa lives in oslo", "the ship"], kwargs: { max_new_tokens: 5 } }, [{ summary_text: text }, { summary_text: text }]],
  ["text-generation", "", { prompts: "rosa", kwargs: { max_new_tokens: 5 } }, [{ generated_text: expect.stringMatching(/^rosa/) }]],
  ["image-classification", "", { images: red, top_k: 1 }, [{ label: "red", score }]],
  ["object-detection", "", { images: [red] }, [[{ label: "red", score, box: expect.any(Object) }]]],
  ["audio-classification", "", { inputs: humming(1).toString("base64"), top_k: 1 }, [{ label: "loud", score }]],
  ["text-to-audio", "", { text_inputs: "the ship" }, { audio: expect.stringMatching(/^data:audio\/wav;base64,/), sampling_rate: 16_000 }],
  ["automatic-speech-recognition", whisperFolder, { inputs: humming(1).toString("base64"), max_new_tokens: 5 }, expect.anything()],
];

test.each(cases)(
  "%s is launched, and answers at POST /predict on its own port",
  async (task, path, body, answer) => {
    await launch(berth, {
      name: task,
      image: "pipeline",
      task,
      model: path === "" ? join(folder, task) : path,
    });
    expect(await predict(task, body)).toEqual({ status: 200, answer });
  },
);

describe("one service", () => {
  const name = "judge";
  beforeAll(() => launch(berth, { name, model: sentimentFolder }));

  test("does what its model is made for when nobody names a task, and tells what it takes", async () => {
    expect(await (await ask(name, "/predict")).json()).toMatchObject({
      task: "text-classification",
      inputs: [{ name: "texts" }],
    });
    expect(await (await ask(name, "/healthcheck")).json()).toMatchObject({ status: "ok" });
  });

  test("refuses fields it has not, by name, and calls without a key", async () => {
    expect(await predict(name, { texts: "a", colour: "red" })).toMatchObject({
      status: 400,
      answer: {
        error: {
          param: "colour",
          message: expect.stringContaining("text-classification takes texts") as string,
        },
      },
    });
    const refused = await ask(name, "/predict", {
      method: "POST",
      body: "{}",
      headers: { authorization: "Bearer no" },
    });
    expect(refused.status).toBe(401);
  });

  test("is started again for the same task", async () => {
    const restarted = await berth.fetch(`/api/v1/services/${name}/restart`, { method: "POST", body: "{}" });
    expect(restarted.status).toBeLessThan(300);
    await waitForService(berth, name);
    expect(await predict(name, { texts: "I love this phone." })).toMatchObject({
      answer: [{ label: "POSITIVE" }],
    });
  });
});

describe("what cannot be is refused at launch, with the fix", () => {
  // oxfmt-ignore
  test.each<[string, () => object, string, string]>([
    ["a task there is not", () => ({ image: "pipeline", task: "tea-making", model: sentimentFolder }), "task", "text-classification"],
    ["a task the model was not made for", () => ({ image: "pipeline", task: "summarization", model: sentimentFolder }), "model", "made for text-classification, and cannot do summarization"],
    ["a task beside another image", () => ({ image: "embeddings", task: "fill-mask", model: sentimentFolder }), "task", "leave it out"],
    ["a model without ONNX", () => ({ image: "pipeline", task: "text-generation", model: join(top, "models/demo/pilot-q8_0.gguf") }), "model", "take an ONNX edition"],
  ])("%s", async (_fact, spec, param, part) => {
    const { status, error } = await order(spec());
    expect([error?.param, status]).toEqual([param, expect.any(Number)]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(error?.message).toContain(part);
  });
});

test("by the command line it is launched, and the call that it prints is one that works", async () => {
  const cli = join(top, "apps/cli/dist/berth.mjs");
  const environment = { BERTH_URL: berth.url, BERTH_AUTH_TOKEN: berth.adminKey };
  const words = ["run", "pipeline", join(folder, "fill-mask"), "--name", "masks", "--wait"];
  const { stdout } = await mustRun([process.execPath, cli, ...words], { environment });
  const call = stdout.slice(stdout.indexOf("curl http"));
  const { stdout: answer } = await mustRun(["bash", "-c", `${call.trim()} -sS`], { environment });
  expect(JSON.parse(answer)).toMatchObject([{ token_str: text, sequence: text }]);
});
