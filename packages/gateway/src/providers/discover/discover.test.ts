import type { ProviderTarget } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import type { Ask, Question } from "./ask.ts";
import { createDiscovery } from "./discover.ts";
import { LookFailure } from "./look.ts";

const { signal } = new AbortController();
const credential = "sk-secret-123";

function target(
  kind: ProviderTarget["kind"],
  url: string,
  more: Partial<ProviderTarget> = {},
): ProviderTarget {
  return {
    providerId: "pv1",
    provider: "lab",
    kind,
    url,
    auth: { kind: "header", name: "authorization", value: `Bearer ${credential}` },
    options: {},
    maxParallel: null,
    connectMs: null,
    firstTokenMs: null,
    ...more,
  };
}

type Answers = Readonly<Record<string, unknown>>;

/** Answers by "METHOD url"; a number alone is a status, everything else is not found. */
function server(answers: Answers): { ask: Ask; asked: Question[] } {
  const asked: Question[] = [];
  const ask: Ask = async (question) => {
    asked.push(question);
    const key = `${question.method} ${question.url.href}`;
    const given = key in answers ? answers[key] : [404, { detail: "Not Found" }];
    if (given instanceof Error) throw given;
    const [status, body, headers = {}] = (
      Array.isArray(given) && typeof given[0] === "number" ? given : [200, given]
    ) as [number, unknown, Record<string, string>?];
    return {
      status,
      text: typeof body === "string" ? body : JSON.stringify(body),
      header: (name) => headers[name],
      cookies: "set-cookie" in headers ? [headers["set-cookie"]] : [],
    };
  };
  return { ask, asked };
}

async function look(at: ProviderTarget, answers: Answers) {
  const { ask, asked } = server(answers);
  return { found: await createDiscovery({ clock: new FakeClock(), ask }).look(at, signal), asked };
}

const base = "http://gpu1:8000";

const h2oGptConfig = {
  api_prefix: "/gradio_api",
  components: [],
  dependencies: [{ api_name: "submit_nochat_api" }, { api_name: "/model_names" }],
};
const h2oGptNames =
  "[{'base_model': 'h2oai/danube', 'display_name': 'danube', 'max_seq_len': 8192, 'llm': True, 'prompt_dict': None}, " +
  "{'base_model': 'clip', 'llm': False}]";

describe("the models are told by", () => {
  test.each<[string, ProviderTarget, Answers, string[]]>([
    [
      "vLLM, with how long a text may be",
      target("openai-compatible", `${base}/v1`),
      { [`GET ${base}/v1/models`]: { object: "list", data: [{ id: "meta/llama", max_model_len: 8192 }] } },
      ["meta/llama 8192"],
    ],
    [
      "llama.cpp, with what it was started with rather than what the model was trained for",
      target("openai-compatible", `${base}/v1`),
      {
        [`GET ${base}/v1/models`]: {
          data: [{ id: "m.gguf", owned_by: "llamacpp", meta: { n_ctx_train: 131072 } }],
        },
        [`GET ${base}/props`]: { default_generation_settings: { n_ctx: 4096 } },
      },
      ["m.gguf 4096"],
    ],
    [
      "a llama.cpp that keeps that to itself",
      target("vllm-completions", `${base}/v1`),
      {
        [`GET ${base}/v1/models`]: {
          data: [{ id: "m", owned_by: "llamacpp", meta: { n_ctx_train: 131072 } }],
        },
      },
      ["m 131072"],
    ],
    [
      "Groq, Mistral, Together (a bare list) and another Berth, each in its own words",
      target("openai", `${base}/v1`),
      {
        [`GET ${base}/v1/models`]: [
          { id: "groq", context_window: 1, max_completion_tokens: 9 },
          { id: "mistral", max_context_length: 2 },
          { id: "together", context_length: 3 },
          { id: "berth", context_length: 4, task: "feature-extraction" },
        ],
      },
      ["groq 1 out 9", "mistral 2", "together 3", "berth 4 feature-extraction"],
    ],
    [
      "a Berth, without what it has from others: two that know each other would name each other's names for ever",
      target("openai-compatible", `${base}/v1`),
      {
        [`GET ${base}/v1/models`]: {
          data: [
            { id: "pilot", owned_by: "berth", task: "text-generation", status: "ready", context_length: 512 },
            {
              id: "lab/pilot",
              owned_by: "lab",
              task: "text-generation",
              status: "ready",
              context_length: 512,
            },
          ],
        },
      },
      ["pilot 512 text-generation"],
    ],
    [
      "text-generation-inference",
      target("tgi", base),
      { [`GET ${base}/info`]: { model_id: "tiiuae/falcon", max_total_tokens: 2048, version: "3.0" } },
      ["tiiuae/falcon 2048 text-generation"],
    ],
    [
      "Ollama, which is asked about each",
      target("ollama", base),
      {
        [`GET ${base}/api/tags`]: {
          models: [
            { name: "llama3:latest", digest: "a" },
            { name: "nomic:v1", digest: "b" },
          ],
        },
        [`POST ${base}/api/show`]: {
          model_info: { "general.architecture": "llama", "llama.context_length": 8192 },
          capabilities: ["completion", "tools"],
        },
      },
      ["llama3 8192 text-generation", "nomic:v1 8192 text-generation"],
    ],
    [
      "Anthropic, page by page",
      target("anthropic", base, { auth: { kind: "header", name: "x-api-key", value: credential } }),
      {
        [`GET ${base}/v1/models?limit=1000`]: {
          data: [{ id: "claude-a" }],
          has_more: true,
          last_id: "claude-a",
        },
        [`GET ${base}/v1/models?limit=1000&after_id=claude-a`]: {
          data: [{ id: "claude-b", max_input_tokens: 200000, max_tokens: 64000 }],
          has_more: false,
        },
      },
      ["claude-a text-generation", "claude-b 200000 out 64000 text-generation"],
    ],
    [
      "Gemini, without what can be neither asked nor embedded by",
      target("gemini", base),
      {
        [`GET ${base}/v1beta/models?pageSize=1000`]: {
          models: [
            {
              name: "models/gemini-pro",
              inputTokenLimit: 1048576,
              outputTokenLimit: 8192,
              supportedGenerationMethods: ["generateContent"],
            },
            {
              name: "models/embedding-1",
              inputTokenLimit: 2048,
              supportedGenerationMethods: ["embedContent"],
            },
            { name: "models/imagen", supportedGenerationMethods: ["predict"] },
          ],
        },
      },
      ["gemini-pro 1048576 out 8192 text-generation", "embedding-1 2048 feature-extraction"],
    ],
    [
      "a Gradio app: it is one model, called as its provider",
      target("gradio", base, { auth: { kind: "none" } }),
      { [`GET ${base}/config`]: { version: "4.44.0", components: [], dependencies: [{ api_name: "chat" }] } },
      ["lab text-generation"],
    ],
    [
      "an h2oGPT, in Python's words",
      target("gradio", base, { auth: { kind: "none" } }),
      {
        [`GET ${base}/config`]: h2oGptConfig,
        [`POST ${base}/gradio_api/call/model_names`]: { event_id: "e1" },
        [`GET ${base}/gradio_api/call/model_names/e1`]: `event: heartbeat\ndata: null\n\nevent: complete\ndata: ${JSON.stringify([h2oGptNames])}\n\n`,
      },
      ["danube 8192 text-generation"],
    ],
    [
      "an h2oGPT on an older Gradio",
      target("gradio", base, { auth: { kind: "none" } }),
      {
        [`GET ${base}/config`]: { ...h2oGptConfig, api_prefix: undefined },
        [`POST ${base}/run/model_names`]: { data: [h2oGptNames] },
      },
      ["danube 8192 text-generation"],
    ],
    [
      "a list in which names are twice or cannot be said",
      target("openai", `${base}/v1`),
      {
        [`GET ${base}/v1/models`]: { data: [{ id: "a" }, { id: "a" }, { id: "two words" }, { id: 7 }, null] },
      },
      ["a"],
    ],
  ])("%s", async (_who, at, answers, expected) => {
    const { found } = await look(at, answers);
    if (found.kind === "failed") throw new Error(found.reason);
    expect(
      found.models?.map(({ name, contextTokens, maxOutputTokens, task }) =>
        [name, contextTokens, maxOutputTokens === null ? null : `out ${maxOutputTokens}`, task]
          .filter((word) => word !== null)
          .join(" "),
      ),
    ).toEqual(expected);
  });
});

test.each<[ProviderTarget, Answers]>([
  [target("azure-openai", base), { [`GET ${base}/openai/v1/models`]: { data: [] } }],
  [
    target("azure-openai", base, { options: { apiVersion: "2024-10-21" } }),
    { [`GET ${base}/openai/models?api-version=2024-10-21`]: { data: [] } },
  ],
  [target("azure-openai", base), {}],
  [target("replicate", `${base}/v1`), { [`GET ${base}/v1/account`]: { username: "me" } }],
  [
    target("sagemaker", base, { auth: { kind: "aws", keys: undefined } }),
    { [`GET ${base}/ping`]: [403, {}] },
  ],
])("a server without a list is only reached: %j", async (at, answers) => {
  expect((await look(at, answers)).found).toMatchObject({ kind: "answered", models: undefined });
});

test("models of Ollama are shown once, as long as their files stay the same", async () => {
  const { ask, asked } = server({
    [`GET ${base}/api/tags`]: { models: [{ name: "a", digest: "1" }] },
    [`POST ${base}/api/show`]: { model_info: {}, capabilities: ["embedding"] },
  });
  const discovery = createDiscovery({ clock: new FakeClock(), ask });
  for (let turn = 0; turn < 3; turn += 1)
    expect(await discovery.look(target("ollama", base), signal)).toMatchObject({
      models: [{ name: "a", task: "feature-extraction", contextTokens: null }],
    });
  expect(asked.filter(({ method }) => method === "POST").map(({ body }) => body)).toEqual(['{"model":"a"}']);
});

test.each<[string, object, number]>([
  ["what it was trained for", { model_info: { "llama.context_length": 8192 } }, 8192],
  ["no more than machines have", { model_info: { "llama.context_length": 131_072 } }, 32_768],
  [
    "what its Modelfile says",
    { model_info: { "llama.context_length": 8192 }, parameters: 'stop    "x"\nnum_ctx    65536\ntop_k 4' },
    65_536,
  ],
])(
  "a model of Ollama has the context that it will be loaded with: %s",
  async (_fact, shown, contextTokens) => {
    const { found } = await look(target("ollama", base), {
      [`GET ${base}/api/tags`]: { models: [{ name: "a", digest: "1" }] },
      [`POST ${base}/api/show`]: shown,
    });
    expect(found).toMatchObject({ models: [{ contextTokens }] });
  },
);

test("a Gradio app with a log-in is entered first", async () => {
  const { found, asked } = await look(
    target("gradio", base, { auth: { kind: "login", user: "me", password: "hush" } }),
    {
      [`POST ${base}/login`]: [200, { success: true }, { "set-cookie": "access-token-unsecure-x=1" }],
      [`GET ${base}/config`]: { components: [], dependencies: [] },
    },
  );
  expect(found.kind).toBe("answered");
  expect(asked[0]?.body).toBe("username=me&password=hush");
  expect(asked[1]?.headers["cookie"]).toBe("access-token-unsecure-x=1");
});

describe("a look fails", () => {
  const models = `GET ${base}/v1/models`;
  test.each<[string, unknown, string, string]>([
    [
      "at the credential, with the server's words",
      [401, { error: { message: `Incorrect API key provided: ${credential}.` } }],
      "credential",
      "it does not accept the credential: Incorrect API key provided: ***.",
    ],
    ["at the path", [404, { detail: "Not Found" }], "path", `${base}/v1/models answered 404: Not Found`],
    ["at a page for people", [200, "<html>hello</html>"], "path", "is no JSON"],
    ["at another kind of list", [200, { hello: 1 }], "path", "no list of models"],
    [
      "at a redirect, which is not followed",
      [307, "", { location: "https://gpu1/v1/models?token=x" }],
      "path",
      "redirects to https://gpu1/v1/models: give",
    ],
    [
      "at a model that is being loaded",
      [503, { error: { message: "Loading model" } }],
      "models",
      "Loading model",
    ],
    ["at a failure told as a page", [502, "<h1>Bad gateway</h1>"], "models", "it answered 502: status 502"],
    ["at the connection", new LookFailure("connection", "nothing listens"), "connection", "nothing listens"],
  ])("%s", async (_where, answer, step, reason) => {
    const { found } = await look(target("openai", `${base}/v1`), { [models]: answer });
    expect(found).toMatchObject({ kind: "failed", step, reason: expect.stringContaining(reason) });
    expect(JSON.stringify(found)).not.toContain(credential);
  });

  test("for want of a credential", async () => {
    const { found } = await look(target("openai", `${base}/v1`, { auth: { kind: "none" } }), {
      [models]: [401, { message: "who are you?" }],
    });
    expect(found).toMatchObject({ step: "credential", reason: "it wants a credential: who are you?" });
  });
});

test("a server that has too much to do is there, and complains", async () => {
  const { found } = await look(target("openai", `${base}/v1`), {
    [`GET ${base}/v1/models`]: [429, { error: { message: "slow down" } }],
  });
  expect(found).toMatchObject({ kind: "answered", models: undefined, complaint: "slow down" });
});

test("the credential and the provider's headers go along, to its own server only", async () => {
  const { asked } = await look(
    target("openai-compatible", `${base}/v1`, { options: { headers: { "X-Team": "physics" } } }),
    {
      [`GET ${base}/v1/models`]: { data: [{ id: "m", owned_by: "llamacpp" }] },
      [`GET ${base}/props`]: {},
    },
  );
  expect(asked.map(({ url, headers }) => [url.host, headers])).toEqual(
    Array(2).fill(["gpu1:8000", { "x-team": "physics", authorization: `Bearer ${credential}` }]),
  );
});
