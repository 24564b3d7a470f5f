import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PipelineTask } from "@berth/api";
import { sentimentFolder, whisperFolder } from "@berth/demo-model";
import { writePipelineModels } from "@berth/demo-model/pipelines";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { surroundings } from "../../../speech/test/start-speech.ts";
import { wavOf } from "../../../speech/test/wav.ts";
import type { PipelineConfig } from "../../config.ts";
import { serveTransformersJs } from "../index.ts";

// the real library on tiny models: what generates writes noise, what looks and hears is right
let folder: string;
let red: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-pipelines-"));
  writePipelineModels(folder);
  red = await picture({ r: 250, g: 0, b: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

interface Colour {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** A PNG of one colour, twenty by ten. */
async function picture(background: Colour): Promise<Buffer> {
  const library = createRequire(import.meta.url).resolve("@huggingface/transformers");
  const { default: sharp } = (await import(createRequire(library).resolve("sharp"))) as {
    default: (options: object) => { png(): { toBuffer(): Promise<Buffer> } };
  };
  return sharp({ create: { width: 20, height: 10, channels: 3, background } })
    .png()
    .toBuffer();
}

/** By the task's name, unless it is a model for another one. */
const folders: Readonly<Partial<Record<PipelineTask, () => string>>> = {
  "text-classification": () => sentimentFolder,
  "automatic-speech-recognition": () => whisperFolder,
  translation: () => join(folder, "summarization"),
  "text2text-generation": () => join(folder, "summarization"),
  "document-question-answering": () => join(folder, "image-to-text"),
  "background-removal": () => join(folder, "image-segmentation"),
};

async function serve(task: PipelineTask, change: Partial<PipelineConfig> = {}, modelPath?: string) {
  const server = await serveTransformersJs(
    {
      task: "pipeline",
      modelPath: modelPath ?? folders[task]?.() ?? join(folder, task),
      dtype: "fp32",
      pipeline: {
        task,
        servedName: "acme/model",
        threads: 1,
        allowPrivateUrls: false,
        maxBodyBytes: 1_000_000,
        maxMediaBytes: 500_000,
        maxAudioSeconds: 60,
        ...change,
      },
    },
    surroundings(),
  );
  try {
    await server.ready;
  } catch (error) {
    await server.close();
    throw error;
  }
  const url = `http://127.0.0.1:${server.address}`;
  const call = async (body: NonNullable<RequestInit["body"]>, headers: Record<string, string> = {}) => {
    const response = await fetch(`${url}/predict`, { method: "POST", body, headers });
    return { status: response.status, answer: (await response.json()) as unknown };
  };
  return {
    url,
    call,
    predict: (body: unknown) => call(JSON.stringify(body), { "content-type": "application/json" }),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

const score = expect.any(Number) as number;
const text = expect.any(String) as string;
const base64 = (): string => red.toString("base64");
const hum = (): string => wavOf({ rate: 22_050, seconds: 1, channels: 1, hz: 300 }).toString("base64");
const png = expect.stringMatching(/^data:image\/png;base64,iVBOR/) as string;

// oxfmt-ignore
const tasks: readonly [PipelineTask, () => object, unknown][] = [
  ["text-classification", () => ({ texts: ["I love this phone.", "This hotel is awful."] }), [{ label: "POSITIVE", score }, { label: "NEGATIVE", score }]],
  ["text-classification", () => ({ texts: "I love this phone.", top_k: 2 }), [{ label: "POSITIVE", score }, { label: "NEGATIVE", score }]],
  ["token-classification", () => ({ inputs: "Rosa lives in Oslo", ignore_labels: [] as string[], kwargs: { aggregation_strategy: "none" } }), expect.any(Object)],
  ["fill-mask", () => ({ args: "rosa lives in [MASK]", top_k: 2 }), [{ score, token: score, token_str: text, sequence: text }, { score, token: score, token_str: text, sequence: text }]],
  ["question-answering", () => ({ question: "Where is Rosa?", context: "Rosa lives in Oslo" }), { answer: text, score }],
  ["question-answering", () => ({ args: [{ question: "Who?", context: "Rosa" }, { question: "Where?", context: "in Oslo" }] }), [{ answer: text, score }, { answer: text, score }]],
  ["zero-shot-classification", () => ({ sequences: "the ship is good", candidate_labels: ["ship", "bad"] }), { sequence: "the ship is good", labels: expect.arrayContaining(["ship", "bad"]), scores: [score, score] }],
  ["summarization", () => ({ documents: ["rosa lives in oslo", "the ship"], kwargs: { max_new_tokens: 5 } }), [{ summary_text: text }, { summary_text: text }]],
  ["translation", () => ({ texts: "the ship", max_new_tokens: 5 }), [{ translation_text: text }]],
  ["text2text-generation", () => ({ args: "the ship", max_new_tokens: 5 }), [{ generated_text: text }]],
  ["text-generation", () => ({ prompts: "rosa", max_new_tokens: 5 }), [{ generated_text: expect.stringMatching(/^rosa/) }]],
  ["image-classification", () => ({ images: base64() }), [{ label: "red", score }, { label: expect.any(String), score }, { label: expect.any(String), score }]],
  ["image-segmentation", () => ({ images: [base64()] }), [[{ label: "red", score: null, mask: png }]]],
  ["background-removal", () => ({ images: base64() }), png],
  ["object-detection", () => ({ images: `data:image/png;base64,${base64()}` }), [{ label: "red", score, box: { xmin: 5, ymin: 2, xmax: 15, ymax: 7 } }]],
  ["depth-estimation", () => ({ images: base64() }), { predicted_depth: expect.any(Array), depth: png }],
  ["image-to-image", () => ({ images: base64() }), png],
  ["image-feature-extraction", () => ({ images: base64() }), expect.any(Array)],
  ["image-to-text", () => ({ images: [base64()], max_new_tokens: 5 }), [[{ generated_text: text }]]],
  ["document-question-answering", () => ({ image: base64(), question: "Where is Rosa?" }), [{ answer: null }]],
  ["zero-shot-image-classification", () => ({ images: base64(), candidate_labels: "ship, red" }), [{ label: text, score }, { label: text, score }]],
  ["zero-shot-object-detection", () => ({ images: base64(), candidate_labels: ["ship"], threshold: 0.01 }), [{ score, label: "ship", box: { xmin: 5, ymin: 2, xmax: 15, ymax: 7 } }]],
  ["zero-shot-audio-classification", () => ({ inputs: hum(), candidate_labels: ["ship", "red"] }), [{ score, label: "ship" }, { score, label: "red" }]],
  ["audio-classification", () => ({ inputs: hum(), top_k: 1 }), [{ label: "loud", score }]],
  ["automatic-speech-recognition", () => ({ inputs: hum(), kwargs: { max_new_tokens: 5 } }), { text }],
  ["text-to-audio", () => ({ text_inputs: "the ship" }), { audio: expect.stringMatching(/^data:audio\/wav;base64,UklGR/), sampling_rate: 16_000 }],
];

test.each(tasks)(
  "%s",
  async (task, body, expected) => {
    await using service = await serve(task);
    const { status, answer } = await service.predict(body());
    expect({ status, answer }).toEqual({ status: 200, answer: expected });
  },
  60_000,
);

describe("feature-extraction", () => {
  test("gives a vector for each token, or, pooled, one of length one for each text", async () => {
    await using service = await serve("feature-extraction");
    const tokens = (await service.predict({ args: "rosa lives" })).answer as number[][][];
    expect([tokens.length, tokens[0]?.length, tokens[0]?.[0]?.length]).toEqual([1, 4, 16]);
    const pooled = (await service.predict({ args: ["rosa", "oslo"], pooling: "mean", normalize: true }))
      .answer as number[][];
    expect(pooled.map((vector) => Math.hypot(...vector).toFixed(4))).toEqual(["1.0000", "1.0000"]);
  });
});

test("fill-mask weighs the targets alone", async () => {
  await using service = await serve("fill-mask");
  const { answer } = await service.predict({ args: "rosa lives in [MASK]", targets: ["oslo", "ship"] });
  const words = (answer as { token_str: string }[]).map(({ token_str }) => token_str);
  expect(words.toSorted()).toEqual(["oslo", "ship"]);
  expect(await service.predict({ args: "no mask" })).toMatchObject({
    status: 422,
    answer: { error: { message: expect.stringContaining("[MASK]") as string } },
  });
});

describe("files", () => {
  test("come as a form, several at once, or as the body itself", async () => {
    await using service = await serve("image-classification");
    const form = new FormData();
    const blue = await picture({ r: 0, g: 0, b: 250 });
    form.append("images", new Blob([new Uint8Array(red)]), "red.png");
    form.append("images", new Blob([new Uint8Array(blue)]), "blue.png");
    form.append("kwargs", '{"top_k": 1}');
    expect((await service.call(form)).answer).toMatchObject([[{ label: "red" }], [{ label: "blue" }]]);
    const one = await service.call(new Uint8Array(blue), { "content-type": "image/png" });
    expect(one.answer).toMatchObject([{ label: "blue" }, {}, {}]);
  });

  test("sound comes as a form", async () => {
    await using service = await serve("audio-classification");
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(Buffer.from(hum(), "base64"))]), "hum.wav");
    form.append("top_k", "1");
    expect((await service.call(form)).answer).toMatchObject([{ label: "loud" }]);
  });

  // oxfmt-ignore
  test.each<[string, object, number, string, string]>([
    ["no picture", { images: Buffer.from("no picture").toString("base64") }, 400, "images", "no image that can be read"],
    ["no base64 in a list", { images: ["iVBO", "???"] }, 400, "images[1]", "no base64"],
    ["no base64 at all", { images: "???" }, 400, "images", "no http(s) URL, no data: URL in base64 and no base64"],
    ["an address of this machine", { images: "http://127.0.0.1:1/a.png" }, 403, "images", "--allow-private-urls"],
    ["more than is taken", { images: "A".repeat(700_000) }, 413, "images", "500000 bytes"],
    ["a body that is too large", { images: "A".repeat(1_100_000) }, 413, "", "1000000 bytes"],
  ])("%s is refused by name", async (_fact, body, status, param, part) => {
    await using service = await serve("image-classification");
    const refused = await service.predict(body);
    expect(refused).toMatchObject({
      status,
      answer: { error: { message: expect.stringContaining(part) as string, param: param === "" ? null : param } },
    });
  });

  test("a text's model takes no picture as its body", async () => {
    await using service = await serve("fill-mask");
    const refused = await service.call(new Uint8Array(red), { "content-type": "image/png" });
    expect(refused.status).toBe(415);
  });
});

test("GET tells what it takes and gives, how it is, and what it is called", async () => {
  await using service = await serve("summarization");
  const ask = async (path: string): Promise<unknown> => (await fetch(service.url + path)).json();
  expect(await ask("/predict")).toMatchObject({
    task: "summarization",
    model: "acme/model",
    inputs: [{ name: "documents", takes: "a text or a list of texts", required: true }],
    example: { request: { documents: text }, answer: [{ summary_text: text }] },
  });
  expect(await ask("/healthcheck")).toEqual({ status: "ok", task: "summarization", model: "acme/model" });
  expect(await ask("/v1/models")).toMatchObject({ data: [{ id: "acme/model" }] });
  expect(await ask("/elsewhere")).toMatchObject({ error: { code: "not_found" } });
  const deleted = await fetch(`${service.url}/predict`, { method: "DELETE" });
  expect([deleted.status, deleted.headers.get("allow")]).toEqual([405, "GET, POST"]);
});

test("calls at once are answered one after the other, each with its own answer", async () => {
  await using service = await serve("text-classification");
  const texts = Array.from({ length: 12 }, (_, index) =>
    index % 2 === 0 ? "I love this phone." : "This hotel is awful.",
  );
  const answers = await Promise.all(texts.map((one) => service.predict({ texts: one })));
  const labels = answers.map(({ answer }) => (answer as { label: string }[])[0]?.label);
  expect(labels).toEqual(texts.map((one) => (one.startsWith("I") ? "POSITIVE" : "NEGATIVE")));
});

describe("a model that cannot do the task is refused as it is loaded", () => {
  test.each<[string, PipelineTask, () => string, string]>([
    ["of another make", "image-classification", () => join(folder, "fill-mask"), "cannot"],
    ["without a mask", "fill-mask", () => sentimentFolder, "cannot"],
  ])("%s", async (_fact, task, path, part) => {
    await expect(serve(task, {}, path())).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringContaining(part) as string,
    });
  });

  test("without its tokenizer, by the file's name", async () => {
    const bare = join(folder, "bare");
    await mkdir(join(bare, "onnx"), { recursive: true });
    const { copyFile } = await import("node:fs/promises");
    await copyFile(join(folder, "fill-mask/config.json"), join(bare, "config.json"));
    await copyFile(join(folder, "fill-mask/onnx/model.onnx"), join(bare, "onnx/model.onnx"));
    await expect(serve("fill-mask", {}, bare)).rejects.toThrow("tokenizer.json");
    await writeFile(join(bare, "config.json"), "{");
    await expect(serve("fill-mask", {}, bare)).rejects.toThrow("cannot load");
  });
});
