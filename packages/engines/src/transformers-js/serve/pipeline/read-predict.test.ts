import { BerthError, pipelineTaskSchema, type PipelineTask } from "@berth/api";
import { pipelineFormOf, pipelineForms } from "@berth/api/pipelines";
import { describe, expect, test } from "vitest";
import { inputNamed, readPredict } from "./read-predict.ts";

const read = (task: PipelineTask, body: unknown) => readPredict(pipelineFormOf(task), body);

function refusal(task: PipelineTask, body: unknown): BerthError {
  try {
    read(task, body);
  } catch (error) {
    if (error instanceof BerthError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("there is a form for each task, and no other", () => {
  expect(pipelineForms.map(({ task }) => task).toSorted()).toEqual(pipelineTaskSchema.options.toSorted());
});

describe.each(pipelineForms.map((form) => [form.task, form] as const))("%s", (task, form) => {
  test("takes its own example", () => {
    const { inputs, options } = read(task, form.example.request);
    for (const { name, isRequired } of form.inputs)
      if (isRequired === true) expect(inputs).toHaveProperty(name);
    expect(Object.keys({ ...inputs, ...options }).length).toBeGreaterThan(0);
  });

  test("takes each input by all of its names, each of which means one field", () => {
    const names = form.inputs.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const field of form.inputs)
      for (const name of [field.name, ...(field.aliases ?? [])]) expect(inputNamed(form, name)).toBe(field);
    expect(inputNamed(form, "inputs")).toBe(form.inputs[0]);
  });

  test("refuses a field it has not, and names those it has", () => {
    const error = refusal(task, { ...form.example.request, colour: "red" });
    expect(error).toMatchObject({ code: "unknown_parameter", param: "colour" });
    for (const { name } of [...form.inputs, ...form.options]) expect(error.message).toContain(name);
  });

  test("refuses a call without what it works on", () => {
    if (form.inputs.some(({ isRequired }) => isRequired === true)) {
      const error = refusal(task, {});
      expect(error).toMatchObject({ code: "invalid_request", status: 400, param: form.inputs[0]?.name });
      expect(error.message).toContain("is missing");
    }
  });
});

// what another system's clients send, field by field
// oxfmt-ignore
test.each<[PipelineTask, object, object]>([
  ["summarization", { documents: ["a", "b"] }, { inputs: { documents: ["a", "b"] }, options: {} }],
  ["summarization", { text: "a", kwargs: { min_length: 3 } }, { inputs: { documents: "a" }, options: { min_length: 3 } }],
  ["text-generation", { prompts: "a", return_full_text: false, prefix: "x" }, { inputs: { prompts: "a" }, options: { return_full_text: false, prefix: "x" } }],
  ["text-generation", { conversations: [{ role: "user", content: "hi" }] }, { inputs: { prompts: [{ role: "user", content: "hi" }] } }],
  ["text2text-generation", { args: "a" }, { inputs: { args: "a" } }],
  ["translation", { texts: "a", src_lang: "en", tgt_lang: "de" }, { inputs: { texts: "a" }, options: { src_lang: "en", tgt_lang: "de" } }],
  ["text-classification", { texts: "a", top_k: 2, function_to_apply: "sigmoid" }, { options: { top_k: 2, function_to_apply: "sigmoid" } }],
  ["text-classification", { inputs: "a", parameters: { top_k: 2 } }, { inputs: { texts: "a" }, options: { top_k: 2 } }],
  ["token-classification", { inputs: "a" }, { inputs: { inputs: "a" } }],
  ["fill-mask", { args: "a", targets: ["b"], top_k: 1 }, { inputs: { args: "a" }, options: { targets: ["b"], top_k: 1 } }],
  ["feature-extraction", { args: ["a"] }, { inputs: { args: ["a"] } }],
  ["zero-shot-classification", { sequences: "a", candidate_labels: "b, c", multi_label: true, hypothesis_template: "{}" }, { inputs: { sequences: "a", candidate_labels: ["b", "c"] }, options: { multi_label: true, hypothesis_template: "{}" } }],
  ["question-answering", { question: "a", context: "b" }, { inputs: { question: "a", context: "b" } }],
  ["question-answering", { X: { question: "a", context: "b" } }, { inputs: { args: { question: "a", context: "b" } } }],
  ["automatic-speech-recognition", { inputs: "UklGRg==" }, { inputs: { inputs: "UklGRg==" } }],
  ["audio-classification", { inputs: "UklGRg==" }, { inputs: { inputs: "UklGRg==" } }],
  ["image-classification", { images: ["aaaa", "bbbb"] }, { inputs: { images: ["aaaa", "bbbb"] } }],
  ["document-question-answering", { image: "aaaa", question: "q" }, { inputs: { image: "aaaa", question: "q" } }],
  ["text-to-audio", { text_inputs: "hi" }, { inputs: { text_inputs: "hi" } }],
])("%s of %j", (task, body, expected) => {
  expect(read(task, body)).toMatchObject(expected);
});

// oxfmt-ignore
test.each<[string, PipelineTask, unknown, string | undefined, string]>([
  ["no object", "summarization", ["a"], undefined, "send a JSON object"],
  ["a number for a text", "summarization", { documents: 7 }, "documents", "give a text or a list of texts, not 7"],
  ["an empty list", "summarization", { documents: [] }, "documents", "not an empty list"],
  ["a list with something else in it", "summarization", { documents: ["a", null] }, "documents", "not a list of 2"],
  ["the same field by two names", "summarization", { documents: "a", text: "b" }, "text", "documents is there already"],
  ["an option in both places", "fill-mask", { args: "a", top_k: 1, kwargs: { top_k: 2 } }, "kwargs.top_k", "top_k is there already"],
  ["an option there is not", "fill-mask", { args: "a", kwargs: { topk: 2 } }, "kwargs.topk", "top_k"],
  ["kwargs that are none", "fill-mask", { args: "a", kwargs: [] }, "kwargs", "give an object of options"],
  ["half a label", "zero-shot-classification", { sequences: "a", candidate_labels: "b,,c" }, "candidate_labels", "a list of words"],
  ["a word that is none of them", "feature-extraction", { args: "a", pooling: "max" }, "pooling", "none, mean, cls"],
  ["nothing of a count", "text-classification", { texts: "a", top_k: 0 }, "top_k", "a whole number from 1"],
  ["what generation makes itself", "summarization", { documents: "a", kwargs: { input_ids: [1] } }, "kwargs.input_ids", "there is no field"],
  ["more than a list may hold", "image-classification", { images: Array(33).fill("aaaa") }, "images", "a list of 33"],
])("%s is refused by name", (_fact, task, body, param, part) => {
  const error = refusal(task, body);
  expect([error.status, error.param]).toEqual([400, param]);
  expect(error.message).toContain(part);
});
