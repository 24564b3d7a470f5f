import type { PromptFormat } from "@berth/api";
import { json, type Script, type Step } from "@berth/testing/fake-model-server-script";
import { asText, fields, type Fields, type ProviderRequest } from "@berth/testing/providers/provider-double";
import { startTgiDouble, type TgiDoubleOptions, type TgiReply } from "@berth/testing/providers/tgi-double";
import { describe, expect, test } from "vitest";
import { call, provider, soon, startRig, type CallOptions } from "../../gateway-rig.ts";
import { chunksOf, completionOf, says, told } from "../test/ask-provider.ts";
import { describeProvider } from "../test/conformance.ts";
import {
  credential,
  retryAfterSeconds,
  type Behaviour,
  type Failure,
  type Heard,
  type ProviderUnderTest,
} from "../test/provider-under-test.ts";
import { doubleOptions, startedDouble } from "../test/started-double.ts";
import { tgi as tgiAdapter } from "./adapter.ts";

const sse: Step = { do: "head", status: 200, headers: { "content-type": "text/event-stream" } };
const overloaded = { error: "Model is overloaded", error_type: "overloaded" };

const failures: Readonly<Record<Failure, Script>> = {
  busy: json(overloaded, 429, { "retry-after": String(retryAfterSeconds) }),
  broken: json({ error: "Request failed during generation", error_type: "generation" }, 424),
  credential: json({ error: `no such token: ${credential}` }, 401),
  "error first": [sse, { do: "write", bytes: `data:${JSON.stringify(overloaded)}\n\n` }, { do: "end" }],
};

function tgi(options: TgiDoubleOptions = {}): ProviderUnderTest {
  return {
    kind: "tgi",
    passesThrough: false,
    start: async (behaviour: Behaviour) => {
      const told = doubleOptions(behaviour, failures, (reply) => reply);
      const double = await startTgiDouble({ ...options, ...told });
      const upstream = provider({
        prompt: { kind: "type", name: "human_bot" },
        target: { kind: "tgi", url: double.url },
      });
      return startedDouble(double, upstream, heard);
    },
  };
}

function heard({ json: body }: ProviderRequest): Heard {
  const { inputs, parameters } = fields(body) ?? {};
  const asked = fields(parameters) ?? {};
  const grammar = fields(asked.grammar);
  return {
    conversation: asText(inputs),
    fields: {
      ...asked,
      max_tokens: asked.max_new_tokens,
      // those of the caller come first
      stop: (asked.stop as string[]).slice(0, 1),
      logprobs: asked.details,
      ...(grammar === undefined ? {} : { response_format: grammar.value }),
    },
    images: [],
    calls: [],
  };
}

describeProvider("TGI", tgi());

describeProvider("TGI of the 1.x line", tgi({ old: true }));

/** What TGI was asked, and what the caller was told, of one request. */
async function ask(
  request: object,
  { options = {}, prompt = { kind: "type", name: "human_bot" }, model = "acme/tiny", ...rest }: Asking = {},
) {
  await using double = await startTgiDouble(options);
  await using rig = await startRig({ limits: { maxRetryPauseMs: 0 } });
  const upstream = provider({
    prompt,
    model,
    contextTokens: null,
    target: { kind: "tgi", url: double.url },
    ...rest.upstream,
  });
  rig.routes.route("chat", [upstream], { retries: 0 });
  const called = await call(rig.port, {
    ...(rest.path === undefined ? {} : { path: rest.path }),
    body: { model: "chat", ...request },
  });
  const asked = double.received.map(({ json: body }) => fields(body) ?? {});
  return { called, asked, parameters: asked.map((one) => fields(one.parameters) ?? {}) };
}

interface Asking extends Pick<CallOptions, "path"> {
  readonly options?: TgiDoubleOptions;
  readonly prompt?: PromptFormat | null;
  readonly model?: string;
  readonly upstream?: { readonly maxOutputTokens?: number; readonly contextTokens?: number };
}

const saying = (text: string): TgiDoubleOptions => ({ answer: (): TgiReply => ({ text }) });

describe("parameters", () => {
  test.each<[string, object, Fields]>([
    [
      "the likeliest answer has none of those that have TGI sample",
      { temperature: 0, top_p: 0.5, top_k: 3 },
      { do_sample: false },
    ],
    [
      "a low temperature is the lowest that TGI takes",
      { temperature: 0.001 },
      { do_sample: true, temperature: 0.01 },
    ],
    [
      "all that is probable needs no top_p",
      { temperature: 1, top_p: 1 },
      { do_sample: true, temperature: 1 },
    ],
    ["a top_p of 0 is the lowest that TGI takes", { top_p: 0 }, { top_p: 0.01 }],
    ["nothing said leaves it to TGI", { top_k: 0, seed: null }, {}],
    [
      "alternatives of tokens are asked for by their number",
      { logprobs: true, top_logprobs: 3 },
      { top_n_tokens: 3 },
    ],
  ])("%s", async (_fact, request, expected) => {
    const { called, parameters } = await ask({ ...says("Hi"), ...request });
    expect(called.status).toBe(200);
    expect(parameters).toEqual([
      {
        ...expected,
        max_new_tokens: 1024,
        stop: ["<human>:", "<bot>:", "\n<human>:", "\n<bot>:"],
        details: true,
        return_full_text: false,
      },
    ]);
  });

  test.each<[string, object, string]>([
    ["a seed below 0", { seed: -1 }, "seed"],
    ["JSON without a schema", { response_format: { type: "json_object" } }, "response_format"],
  ])("%s is refused by name", async (_fact, request, param) => {
    const { called, asked } = await ask({ ...says("Hi"), ...request });
    expect(called.status).toBe(400);
    expect(called.text).toContain(`"param":"${param}"`);
    expect(asked).toEqual([]);
  });
});

describe("a chat", () => {
  test("without the beginning of a text, which the tokenizer puts there", async () => {
    const { asked } = await ask(says("Hi"), { prompt: { kind: "type", name: "mistral" } });
    expect(asked[0]?.inputs).toBe("[INST] Hi [/INST]");
  });

  test("is written as its model is known to want it, where nobody says", async () => {
    const { asked } = await ask(says("Hi"), { prompt: null, model: "h2oai/h2ogpt-oasst1-512-12b" });
    expect(asked[0]?.inputs).toBe("<human>: Hi\n<bot>:");
  });

  test("with a model that nobody knows is refused with what to do", async () => {
    const { called } = await ask(says("Hi"), { prompt: null });
    expect(called.status).toBe(400);
    expect(called.text).toContain("berth provider update acme");
  });
});

describe("stops", () => {
  const text = "one two\n<human>: three END four";

  test.each([false, true])(
    "beyond the four that TGI takes cut the answer here; streamed: %s",
    async (stream) => {
      const { called, parameters } = await ask(
        { ...says("Hi"), stop: ["1", "2", "3", "4"], stream },
        { options: saying(text) },
      );
      expect(parameters[0]?.stop).toEqual(["1", "2", "3", "4"]);
      const content = stream
        ? told(chunksOf(called)).content
        : completionOf(called).choices[0]?.message.content;
      expect(content).toBe("one two");
    },
  );

  test.each([false, true])("are as few as a stricter server takes; streamed: %s", async (stream) => {
    const { called, parameters } = await ask(
      { ...says("Hi"), stop: "END", stream },
      { options: { maxStopSequences: 1, ...saying("one END") } },
    );
    expect(parameters.map(({ stop }) => stop)).toEqual([expect.any(Array), ["END"]]);
    const content = stream
      ? told(chunksOf(called)).content
      : completionOf(called).choices[0]?.message.content;
    expect(content).toBe("one ");
  });
});

test("a server that would go on behind a stop string is left", async () => {
  await using double = await startTgiDouble({
    ...saying("one END two three"),
    maxStopSequences: 0,
    fault: (_request, index) => (index === 0 ? undefined : { kind: "stall", after: 3 }),
  });
  await using rig = await startRig();
  const prompt = { kind: "plain" } as const;
  rig.routes.route("chat", [provider({ prompt, target: { kind: "tgi", url: double.url } })]);
  const called = await call(rig.port, { body: { model: "chat", ...says("Hi"), stop: "END", stream: true } });
  expect(told(chunksOf(called))).toMatchObject({ content: "one ", finishReasons: ["stop"] });
  await soon(double.received[1]!.aborted, "the server is let go");
});

describe("an answer's length", () => {
  test.each([false, true])("is what fits, where the caller has named none; streamed: %s", async (stream) => {
    const { called, parameters } = await ask({ ...says("Hi"), stream }, { options: { maxTotalTokens: 10 } });
    expect(called.status).toBe(200);
    expect(parameters.map(({ max_new_tokens: most }) => most)).toEqual([1024, 7]);
  });

  test("is the model's, where that is known, or what its context leaves", async () => {
    const { parameters } = await ask(says("Hi"), { upstream: { maxOutputTokens: 5 } });
    expect(parameters[0]?.max_new_tokens).toBe(5);
    const long = await ask(says("Hi"), { upstream: { contextTokens: 1000 } });
    expect(long.parameters[0]?.max_new_tokens).toBe(1000 - 6);
  });

  test.each([false, true])(
    "that the caller has named and does not fit is told; streamed: %s",
    async (stream) => {
      const { called } = await ask(
        { ...says("Hi"), max_tokens: 9, stream },
        { options: { maxTotalTokens: 10 } },
      );
      expect(called.status).toBe(400);
      expect(called.text).toContain('"code":"context_length_exceeded"');
    },
  );
});

test("a text that is continued tells how likely its tokens were, and where they begin", async () => {
  const { called } = await ask(
    { prompt: "one", logprobs: 0 },
    { path: "/v1/completions", options: saying("two three") },
  );
  expect(JSON.parse(called.text)).toMatchObject({
    choices: [{ logprobs: { tokens: ["two", " three"], token_logprobs: [-0.5, -0.5], text_offset: [0, 3] } }],
  });
});

test.each<[string, object]>([
  ["several texts", { prompt: ["one", "two"] }],
  ["tokens", { prompt: [1, 2] }],
])("%s are not continued", async (_fact, request) => {
  const { called } = await ask(request, { path: "/v1/completions" });
  expect(called.status).toBe(400);
  expect(called.text).toContain('"param":"prompt"');
});

test("TGI's own requests pass as they are, each to its own path", () => {
  const upstream = provider({ target: { kind: "tgi" } });
  for (const path of ["/", "/generate", "/generate_stream"])
    expect(tgiAdapter.plan("tgi.generate", upstream, path)).toMatchObject({ kind: "passthrough", path });
});
