import { describe, expect, test } from "vitest";
import { parseModelLock } from "./model-lock.ts";

const parse = (text: string) => parseModelLock(text, {});
const one = (fields: object) =>
  parse(JSON.stringify([{ base_model: "m", inference_server: "http://h:1", ...fields }]))[0];

/** The longest that h2oGPT's documentation has. */
const documented =
  "[{'inference_server':'http://192.168.1.46:6112','base_model':'h2oai/h2ogpt-oasst1-512-12b'},{'inference_server':'http://192.168.0.1:6000','base_model':'TheBloke/Wizard-Vicuna-13B-Uncensored-HF','prompt_type':'instruct_vicuna'},{'inference_server':'http://192.168.1.46:7860','base_model':'h2oai/h2ogpt-oasst1-512-12b'},{'inference_server':'openai_chat','base_model':'gpt-3.5-turbo'}]";

test("the documented literal is read: names are told apart, servers are known", () => {
  expect(parse(documented)).toEqual([
    {
      name: "h2oai/h2ogpt-oasst1-512-12b",
      model: "h2oai/h2ogpt-oasst1-512-12b",
      server: { kind: "tgi-or-gradio", baseUrl: "http://192.168.1.46:6112" },
      defaults: {},
      isVisible: true,
      ignored: [],
    },
    expect.objectContaining({
      name: "TheBloke/Wizard-Vicuna-13B-Uncensored-HF",
      prompt: { kind: "type", name: "instruct_vicuna" },
    }),
    expect.objectContaining({
      name: "h2oai/h2ogpt-oasst1-512-12b_1",
      model: "h2oai/h2ogpt-oasst1-512-12b",
    }),
    expect.objectContaining({ name: "gpt-3.5-turbo", server: expect.objectContaining({ kind: "openai" }) }),
  ]);
});

test.each([
  ["with line breaks", documented.replaceAll(/([,{[])/g, "$1\n  ")],
  ["as JSON", documented.replaceAll("'", '"')],
  ["as JSON in lines", JSON.stringify(JSON.parse(documented.replaceAll("'", '"')), null, 2)],
  ["as a tuple", `(${documented.slice(1, -1)})`],
])("the same %s", (_, text) => {
  expect(parse(text)).toEqual(parse(documented));
});

test("an entry alone is a list of one", () => {
  const text = "{'inference_server':'https://server.h2o.ai    USER    AUTH','base_model':'m'}";
  expect(parse(text)).toEqual([
    expect.objectContaining({
      server: {
        kind: "tgi",
        baseUrl: "https://server.h2o.ai",
        authorization: { scheme: "USER", value: "AUTH" },
      },
    }),
  ]);
});

test("names that are there already are not given to a second one", () => {
  const named = ["m", "m", "m_1", "m"].map((name) => ({ base_model: "b", display_name: name }));
  expect(parse(JSON.stringify(named)).map(({ name }) => name)).toEqual(["m", "m_2", "m_1", "m_3"]);
});

test("each field that has a meaning is read", () => {
  expect(
    one({
      display_name: "mine",
      tokenizer_base_model: "tiktoken",
      max_seq_len: "4096",
      max_output_seq_len: 1024,
      h2ogpt_key: "K",
      visible_models: false,
      system_prompt: "Be kind.",
      temperature: 0,
      max_new_tokens: 512,
      repetition_penalty: "1.07",
      max_time: 360,
      prompt_type: "openai_chat",
    }),
  ).toEqual({
    name: "mine",
    model: "m",
    server: { kind: "tgi-or-gradio", baseUrl: "http://h:1" },
    tokenizer: "tiktoken",
    contextTokens: 4096,
    maxOutputTokens: 1024,
    h2ogptKey: "K",
    isVisible: false,
    systemPrompt: "Be kind.",
    defaults: { temperature: 0, max_tokens: 512, repetition_penalty: 1.07 },
    timeoutMs: 360_000,
    ignored: [],
  });
});

test("fields that come to nothing are told with the reason", () => {
  expect(
    one({
      load_8bit: true,
      is_vision_model: 1,
      json: true,
      do_sample: false,
      base_modle: "x",
      image_batch_a: 1,
      revision: null,
    })?.ignored,
  ).toEqual([
    { field: "load_8bit", reason: expect.stringContaining("h2oGPT loads itself") },
    { field: "is_vision_model", reason: expect.stringContaining("images go to the server") },
    { field: "json", reason: expect.stringContaining("asked for JSON") },
    { field: "do_sample", reason: "servers' APIs have no such setting" },
    { field: "base_modle", reason: "it is unknown: did you mean base_model?" },
    { field: "image_batch_a", reason: expect.stringContaining("images go to the server") },
  ]);
});

test.each([
  ["auto", undefined],
  ["None", undefined],
  [null, undefined],
  ["", ""],
])("the system prompt %j is %j", (given, read) => {
  expect(one({ system_prompt: given })?.systemPrompt).toBe(read);
});

test.each([
  [[], false],
  ["", false],
  [null, true],
  ["m", true],
  [true, true],
])("visible_models %j of an entry makes it visible: %j", (given, visible) => {
  expect(one({ visible_models: given })?.isVisible).toBe(visible);
});

describe("how the model is prompted", () => {
  const jinja = "{% for m in messages %}{{ m.content }}{% endfor %}";
  const template = { kind: "template", text: jinja };
  const dict = { PreInstruct: "Q: ", PreResponse: "A: ", terminate_response: ["Q:"] };
  test.each([
    ["plain", { prompt_type: "plain" }, { kind: "plain" }],
    ["another word for plain", { prompt_type: "simple_instruct" }, { kind: "plain" }],
    ["a type", { prompt_type: "llama2" }, { kind: "type", name: "llama2" }],
    ["a dict", { prompt_type: "custom", prompt_dict: dict }, { kind: "custom", dict }],
    [
      "a dict as a literal",
      { prompt_dict: "{'PreInstruct': 'Q: ', 'PreInput': None}" },
      { kind: "custom", dict: { PreInstruct: "Q: ", PreInput: null } },
    ],
    ["a template", { chat_template: jinja }, template],
    [
      "a template in base64",
      { prompt_type: "template", chat_template: Buffer.from(jinja).toString("base64") },
      template,
    ],
    ["messages", { prompt_type: "openai_chat" }, undefined],
    ["the model's own template", { prompt_type: "unknown" }, undefined],
    ["nothing", { prompt_type: "", prompt_dict: {}, chat_template: "" }, undefined],
  ])("%s", (_, fields, prompt) => {
    expect(one(fields)).toMatchObject({ ignored: [] });
    expect(one(fields)?.prompt).toEqual(prompt);
  });

  test("what the type makes needless is told", () => {
    expect(one({ prompt_type: "llama2", prompt_dict: dict, chat_template: jinja })).toMatchObject({
      prompt: { kind: "type", name: "llama2" },
      ignored: [
        { field: "prompt_dict", reason: "prompt_type `llama2` says it all" },
        { field: "chat_template", reason: "prompt_type `llama2` says it all" },
      ],
    });
  });
});

describe("a mistake is told by its field", () => {
  const entry = (fields: object) => JSON.stringify([{ base_model: "a" }, { base_model: "m", ...fields }]);
  test.each([
    [
      "[{'base_model':'m'}",
      "model_lock",
      "model_lock is neither JSON nor a Python literal: line 1, column 20: expected `,` or `]`",
    ],
    ["['m']", "model_lock[0]", "expected object"],
    ["[{}]", "model_lock[0].base_model", "is missing"],
    [entry({ base_model: 7 }), "model_lock[1].base_model", "expected string"],
    [entry({ max_seq_len: "many" }), "model_lock[1].max_seq_len", "expected number"],
    [entry({ max_seq_len: 0 }), "model_lock[1].max_seq_len", ">=1"],
    [
      entry({ inference_server: "vllm:http://h:5000:SECRET" }),
      "model_lock[1].inference_server",
      "the URL path does not begin with `/`",
    ],
    [entry({ prompt_type: "lama2" }), "model_lock[1].prompt_type", "did you mean llama2"],
    [entry({ prompt_type: "one_shot" }), "model_lock[1].prompt_type", "give `custom` with a prompt_dict"],
    [entry({ prompt_type: "custom" }), "model_lock[1].prompt_dict", "is missing"],
    [entry({ prompt_dict: { PreAnswer: "" } }), "model_lock[1].prompt_dict", "PreAnswer"],
    [entry({ prompt_dict: { chat_sep: 1 } }), "model_lock[1].prompt_dict.chat_sep", "expected string"],
    [entry({ prompt_dict: "{" }), "model_lock[1].prompt_dict", "neither JSON nor a Python literal"],
  ])("%s", (text, param, told) => {
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        param,
        message: expect.stringContaining(told),
      }),
    );
    expect(() => parse(text)).not.toThrow("SECRET");
  });
});
