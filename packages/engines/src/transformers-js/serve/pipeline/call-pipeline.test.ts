import { BerthError, type PipelineTask } from "@berth/api";
import { pipelineFormOf, pipelineForms } from "@berth/api/pipelines";
import { describe, expect, test } from "vitest";
import { callPipeline } from "./call-pipeline.ts";
import type { LoadedPipeline, PipelineModel, PipelineTokenizer } from "./loaded-pipeline.ts";
import { readPredict } from "./read-predict.ts";

type Config = PipelineModel["config"];

interface Fake {
  readonly pipeline: LoadedPipeline;
  /** What it was called with, place by place. */
  readonly calls: unknown[][];
}

function fake({
  answer = () => "answer",
  config = {},
  tokenizer = null,
}: {
  readonly answer?: (args: readonly unknown[]) => unknown;
  readonly config?: Config;
  readonly tokenizer?: Partial<PipelineTokenizer> | null;
} = {}): Fake {
  const calls: unknown[][] = [];
  const call = async (...args: readonly unknown[]): Promise<unknown> => {
    calls.push([...args]);
    return answer(args);
  };
  const model = Object.assign(() => Promise.reject(new Error("not asked")), { config });
  const pipeline = Object.assign(call, { model, tokenizer, dispose: async () => {} });
  return { pipeline: pipeline as unknown as LoadedPipeline, calls };
}

const never = new AbortController().signal;

function run(task: PipelineTask, body: object, { pipeline }: Fake, signal = never): Promise<unknown> {
  const form = pipelineFormOf(task);
  return callPipeline(pipeline, form, readPredict(form, body), signal);
}

test.each(pipelineForms.map(({ task, example }) => [task, example.request] as const))(
  "%s is called with its inputs in their places and an object of options",
  async (task, request) => {
    const given = fake({ tokenizer: { _build_translation_inputs: () => {} } });
    expect(await run(task, request, given)).toBe("answer");
    const places = task === "question-answering" ? 2 : pipelineFormOf(task).inputs.length;
    expect(given.calls.map((args) => args.length)).toEqual([places + 1]);
    expect(given.calls[0]?.at(-1)).toBeTypeOf("object");
  },
);

// oxfmt-ignore
test.each<[PipelineTask, object, unknown[][]]>([
  ["summarization", { documents: ["a", "b"], kwargs: { num_beams: 2 } }, [[["a", "b"], { num_beams: 2 }]]],
  ["token-classification", { inputs: "a", aggregation_strategy: "simple" }, [["a", { aggregation_strategy: "simple" }]]],
  ["zero-shot-classification", { sequences: "a", candidate_labels: ["b"], multi_label: true }, [["a", ["b"], { multi_label: true }]]],
  ["question-answering", { question: ["a", "b"], context: "c", top_k: 2 }, [[["a", "b"], ["c", "c"], { top_k: 2 }]]],
  ["question-answering", { args: [{ question: "a", context: "b" }] }, [[["a"], ["b"], {}]]],
  ["text-generation", { prompts: ["a", "b"], prefix: "x " }, [[["x a", "x b"], {}]]],
  ["image-classification", { images: ["aaaa", "bbbb"], top_k: 1 }, [["aaaa", { top_k: 1 }], ["bbbb", { top_k: 1 }]]],
  ["zero-shot-image-classification", { images: ["aaaa"], candidate_labels: "b" }, [["aaaa", ["b"], {}]]],
  ["document-question-answering", { image: "aaaa", question: "q" }, [["aaaa", "q", {}]]],
  ["image-segmentation", { images: "aaaa", label_ids_to_fuse: [1] }, [["aaaa", { label_ids_to_fuse: new Set([1]) }]]],
  ["text-to-audio", { text_inputs: ["a", "b"], speaker_embeddings: [0.5] }, [["a", { speaker_embeddings: Float32Array.of(0.5) }], ["b", { speaker_embeddings: Float32Array.of(0.5) }]]],
])("%s of %j", async (task, body, calls) => {
  const given = fake();
  await run(task, body, given);
  const plain = given.calls.map((args) => args.map(withoutStreamer));
  expect(plain).toEqual(calls);
});

function withoutStreamer(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("streamer" in value)) return value;
  const { streamer: _, ...rest } = value;
  return rest;
}

test("a list of images is answered by a list, one image by one answer", async () => {
  const given = fake({ answer: ([image]) => `saw ${String(image)}` });
  expect(await run("object-detection", { images: ["aaaa", "bbbb"] }, given)).toEqual([
    "saw aaaa",
    "saw bbbb",
  ]);
  expect(await run("object-detection", { images: "aaaa" }, given)).toBe("saw aaaa");
});

describe("what the Hub's own pipelines take and this library does not", () => {
  test("the function of scores holds for the call alone", async () => {
    const config: Config = { problem_type: "single_label_classification" };
    const seen: unknown[] = [];
    const given = fake({ config, answer: () => seen.push(config.problem_type) });
    await run("text-classification", { texts: "a", function_to_apply: "sigmoid" }, given);
    await run("text-classification", { texts: "a" }, given);
    expect(seen).toEqual(["multi_label_classification", "single_label_classification"]);
  });

  const knowsGerman: Config = { task_specific_params: { translation_en_to_de: { prefix: "to German: " } } };

  test("languages are told to a model that knows many, in its own way", async () => {
    const many = fake({ tokenizer: { _build_translation_inputs: () => {} } });
    await run("translation", { texts: "a", tgt_lang: "deu_Latn" }, many);
    expect(many.calls[0]?.at(-1)).toMatchObject({ tgt_lang: "deu_Latn" });
    const few = fake({ config: knowsGerman });
    await run("translation", { texts: ["a"], src_lang: "en", tgt_lang: "de" }, few);
    expect(few.calls[0]?.[0]).toEqual(["to German: a"]);
  });

  test.each([
    ["a pair that the model was not taught", knowsGerman, "translation_en_to_de"],
    ["any pair, of a model of one", {}, "leave them out"],
  ])("%s is refused", async (_fact, config, part) => {
    await expect(
      run("translation", { texts: "a", src_lang: "en", tgt_lang: "fr" }, fake({ config })),
    ).rejects.toThrow(part);
  });

  test("masks are filled with the targets alone, the likeliest first", async () => {
    const words = ["[MASK]", "oslo", "bergen", "paris"];
    const tokenizer = Object.assign(
      (texts: readonly string[]) => ({ input_ids: { dims: [], tolist: () => texts.map(() => [2, 0]) } }),
      {
        mask_token: "[MASK]",
        mask_token_id: 0,
        encode: (text: string) => [words.indexOf(text)],
        decode: (tokens: readonly (number | bigint)[]) =>
          tokens.map((token) => words[Number(token)]).join(" "),
      },
    );
    const { pipeline } = fake({ tokenizer });
    const model = async () => ({
      logits: {
        dims: [],
        tolist: () => [
          [
            [0, 0, 0, 0],
            [9, 1, 0, 2],
          ],
        ],
      },
    });
    const able = Object.assign(pipeline, { model: Object.assign(model, { config: {} }) });
    const body = { args: "bergen [MASK]", targets: ["oslo", "paris"] };
    const filled = (await run("fill-mask", body, { pipeline: able, calls: [] })) as { token_str: string }[];
    expect(filled.map(({ token_str }) => token_str)).toEqual(["paris", "oslo"]);
    expect(filled[0]).toMatchObject({ token: 3, sequence: "bergen paris" });
  });

  test.each([
    ["question without context", { question: "a" }, "context"],
    ["context without question", { context: "a" }, "question"],
    ["two contexts for one question", { question: "a", context: ["b", "c"] }, "context"],
    ["more contexts than questions", { question: ["a"], context: ["b", "c"] }, "context"],
    ["both forms at once", { args: { question: "a", context: "b" }, question: "a" }, "args"],
  ])("%s is refused by name", async (_fact, body, param) => {
    await expect(run("question-answering", body, fake())).rejects.toMatchObject({
      code: "invalid_request",
      param,
    });
  });
});

test("whisper hears all of a recording unless told otherwise, others as they do", async () => {
  const whisper = fake({ config: { model_type: "whisper" } });
  await run("automatic-speech-recognition", { inputs: "aaaa" }, whisper);
  await run("automatic-speech-recognition", { inputs: "aaaa", chunk_length_s: 10 }, whisper);
  const chunks = whisper.calls.map((args) => (args.at(-1) as { chunk_length_s?: number }).chunk_length_s);
  expect(chunks).toEqual([30, 10]);
  const other = fake({ config: { model_type: "wav2vec2" } });
  await run("automatic-speech-recognition", { inputs: "aaaa" }, other);
  expect(other.calls[0]?.at(-1)).not.toHaveProperty("chunk_length_s");
});

test("what is generated ends between two tokens when the client leaves", async () => {
  const leaving = new AbortController();
  const given = fake({
    answer: (args) => {
      const { streamer } = args.at(-1) as { streamer: { put(): void } };
      streamer.put();
      leaving.abort(new BerthError("client_closed", "the client left"));
      streamer.put();
      return "too late";
    },
  });
  await expect(run("summarization", { documents: "a" }, given, leaving.signal)).rejects.toThrow(
    "the client left",
  );
});

test.each([
  [
    "what the library refuses is the caller's fault",
    new Error("Pooling method 'x' not supported."),
    "unprocessable",
  ],
  ["what it stumbles over is not", new TypeError("undefined is no function"), undefined],
  [
    "nor is what onnxruntime fails at",
    new Error("Non-zero status code returned while running Gather"),
    undefined,
  ],
])("%s", async (_fact, thrown, code) => {
  const given = fake({
    answer: () => {
      throw thrown;
    },
  });
  const error: unknown = await run("summarization", { documents: "a" }, given).catch(
    (reason: unknown) => reason,
  );
  expect(error instanceof BerthError ? error.code : undefined).toBe(code);
});
