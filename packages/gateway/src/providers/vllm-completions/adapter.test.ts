import type { PromptFormat } from "@berth/api";
import type { OpenAiReply } from "@berth/testing/providers/openai-double-wire";
import { fields, list } from "@berth/testing/providers/provider-double";
import { startVllmDouble, type VllmDoubleOptions } from "@berth/testing/providers/vllm-double";
import { describe, expect, test } from "vitest";
import { call, provider, startRig } from "../../gateway-rig.ts";
import { chunksOf, completionOf, says, told } from "../test/ask-provider.ts";
import { describeProvider } from "../test/conformance.ts";
import { heardOpenAi, openAiFailures, openAiReply } from "../test/openai-terms.ts";
import type { Behaviour, ProviderUnderTest } from "../test/provider-under-test.ts";
import { doubleOptions, startedDouble } from "../test/started-double.ts";

function vllm(old: boolean): ProviderUnderTest {
  return {
    kind: "vllm-completions",
    passesThrough: false,
    start: async (behaviour: Behaviour) => {
      const double = await startVllmDouble({
        old,
        ...doubleOptions(behaviour, openAiFailures, openAiReply),
      });
      const upstream = provider({
        url: double.url,
        model: "acme/tiny",
        prompt: { kind: "type", name: "human_bot" },
        target: { kind: "vllm-completions" },
      });
      return startedDouble(double, upstream, (request) => {
        const { fields, ...others } = heardOpenAi(request);
        const { stop, logprobs } = fields;
        return {
          ...others,
          fields: {
            ...fields,
            // those of the caller come first
            ...(Array.isArray(stop) ? { stop: stop.slice(0, 1) } : {}),
            ...(logprobs === undefined ? {} : { logprobs: true }),
          },
        };
      });
    },
  };
}

describeProvider("vLLM's completions", vllm(false));

describeProvider("completions of old vLLM", vllm(true));

interface Asking {
  readonly options?: VllmDoubleOptions;
  readonly prompt?: PromptFormat;
  readonly maxOutputTokens?: number;
}

async function ask(request: object, asking: Asking = {}) {
  const { options = {}, prompt = { kind: "type", name: "human_bot" }, maxOutputTokens = null } = asking;
  await using double = await startVllmDouble(options);
  await using rig = await startRig({ limits: { maxRetryPauseMs: 0 } });
  const upstream = provider({
    url: double.url,
    model: "acme/tiny",
    prompt,
    maxOutputTokens,
    target: { kind: "vllm-completions" },
  });
  rig.routes.route("chat", [upstream], { retries: 0 });
  const called = await call(rig.port, { body: { model: "chat", ...request } });
  return { called, asked: double.received.map(({ json: body }) => fields(body) ?? {}) };
}

const tooManyStops =
  "Invalid 'stop': array too long. Expected an array with maximum length 4, but got an array with length 7 instead.";

const saying = (text: string, old = false): VllmDoubleOptions => ({
  old,
  answer: (): OpenAiReply => ({ text }),
});

describe("a stop string leaves nothing of itself", () => {
  test.each([
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ])("old server: %s, streamed: %s", async (old, stream) => {
    const { called } = await ask({ ...says("Hi"), stream }, { options: saying("yes <human>: no", old) });
    const content = stream
      ? told(chunksOf(called)).content
      : completionOf(called).choices[0]?.message.content;
    expect(content).toBe("yes ");
  });

  test("but what only begins like one is text", async () => {
    const { called } = await ask(says("Hi"), { options: saying("a <human") });
    expect(completionOf(called).choices[0]?.message.content).toBe("a <human");
  });
});

describe("the beginning of a text", () => {
  test.each<[string, PromptFormat, unknown]>([
    ["that the prompt brings is not put there twice", { kind: "type", name: "mistral" }, false],
    ["that it does not bring is left to the server", { kind: "plain" }, undefined],
  ])("%s", async (_fact, prompt, expected) => {
    const { asked } = await ask(says("Hi"), { prompt });
    expect(asked[0]?.add_special_tokens).toBe(expected);
  });
});

describe("how long an answer may be", () => {
  test.each<[string, object, Asking, unknown]>([
    ["is what the context leaves, where nobody says", {}, {}, 8192 - 6],
    ["is the model's, where that is known", {}, { maxOutputTokens: 9 }, 9],
    ["is the caller's, where there is one", { max_completion_tokens: 3 }, { maxOutputTokens: 9 }, 3],
  ])("%s", async (_fact, request, asking, expected) => {
    const { asked } = await ask({ ...says("Hi"), ...request }, asking);
    expect(asked[0]?.max_tokens).toBe(expected);
  });

  const fussy: VllmDoubleOptions = {
    answer: (request) => {
      const { max_tokens: most } = fields(request.json) ?? {};
      return most === null
        ? {}
        : { error: { kind: "context_length", limit: 9, tokens: 10, param: "prompt" } };
    },
  };

  test("is left to a server that finds that it does not fit", async () => {
    const { called, asked } = await ask(says("Hi"), { options: fussy });
    expect(called.status).toBe(200);
    expect(asked.map(({ max_tokens: most }) => most)).toEqual([8192 - 6, null]);
  });

  test("is what the caller has said, or too much", async () => {
    const { called } = await ask({ ...says("Hi"), max_tokens: 10 }, { options: fussy });
    expect(called.text).toContain('"code":"context_length_exceeded"');
  });
});

test("stops are as few as a strict server takes, and all of them cut", async () => {
  const { called, asked } = await ask(
    { ...says("Hi"), stop: ["1", "2", "3"] },
    {
      options: {
        answer: (request) =>
          (list(fields(request.json)?.stop) ?? []).length > 4
            ? { error: { kind: "invalid", message: tooManyStops } }
            : { text: "yes\n<bot>: no" },
      },
    },
  );
  expect(asked.map(({ stop }) => list(stop)?.length)).toEqual([7, 4]);
  expect(completionOf(called).choices[0]?.message.content).toBe("yes");
});

test("what only vLLM knows is passed on", async () => {
  const { asked } = await ask({ ...says("Hi"), top_k: 5, min_p: 0.1, guided_regex: "a+" });
  expect(asked[0]).toMatchObject({ top_k: 5, min_p: 0.1, guided_regex: "a+" });
});
