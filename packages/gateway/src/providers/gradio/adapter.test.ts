import { gradioChatApp, gradioFunctionApp, type GradioFunction } from "@berth/testing/providers/gradio-app";
import type { GradioFault } from "@berth/testing/providers/gradio-call";
import {
  type GradioDouble,
  type GradioDoubleOptions,
  startGradioDouble,
} from "@berth/testing/providers/gradio-double";
import { type H2oGptApp, startH2oGptDouble } from "@berth/testing/providers/gradio-h2ogpt";
import { parsePythonLiteral } from "@berth/testing/providers/gradio-python-literal";
import type { GradioVersion } from "@berth/testing/providers/gradio-version";
import { startFakeModelServer } from "@berth/testing/fake-model-server";
import { json } from "@berth/testing/fake-model-server-script";
import { describe, expect, test } from "vitest";
import { call, eventually, provider, type Rig, startRig } from "../../gateway-rig.ts";

const versions = ["3.50.2", "4.0.2", "4.16.0", "4.20.0", "4.21.0", "4.44.1", "6.31.0"] as const;

interface World extends AsyncDisposable {
  readonly rig: Rig;
  readonly double: GradioDouble;
  readonly ask: (
    body?: object,
    options?: { path?: string; signal?: AbortSignal; onPiece?: () => void },
  ) => ReturnType<typeof call>;
}

type Changes = Parameters<typeof provider>[0];

async function worldOf(double: GradioDouble, upstream: Changes = {}): Promise<World> {
  const rig = await startRig();
  const target = { kind: "gradio", url: double.url, auth: { kind: "none" }, ...upstream.target } as const;
  rig.routes.route("app", [provider({ id: "acme/acme", model: "acme", ...upstream, target })], {
    retries: 0,
  });
  return {
    rig,
    double,
    ask: (body, options) =>
      call(rig.port, { body: { model: "app", messages: [user("ä b")], ...body }, ...options }),
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await double[Symbol.asyncDispose]();
    },
  };
}

const world = async (options: GradioDoubleOptions = {}, upstream: Changes = {}): Promise<World> =>
  worldOf(await startGradioDouble(options), upstream);

const h2oGpt = async (
  options: H2oGptApp & GradioDoubleOptions = {},
  upstream: Changes = {},
): Promise<World> => worldOf(await startH2oGptDouble(options), upstream);

const user = (content: string) => ({ role: "user", content });
const conversation = [
  { role: "system", content: "s" },
  user("1"),
  { role: "assistant", content: "2" },
  user("3"),
];

const content = (text: string): unknown =>
  (JSON.parse(text) as { choices: [{ message: { content: unknown } }] }).choices[0].message.content;

const deltas = (text: string): string[] =>
  [...text.matchAll(/"delta":\{[^}]*"content":"([^"]*)"/g)]
    .map((each) => each[1]!)
    .filter((each) => each !== "");

const paths = ({ double }: World): string[] => double.received.map(({ url }) => url.split("?")[0]!);

describe.each(versions)("Gradio %s", (version) => {
  test("streams what is new in each answer, in words of its own", async () => {
    await using one = await world({ version, heartbeats: true });
    const called = await one.ask({ stream: true });
    expect(deltas(called.text)).toEqual(["echo:", " ä", " b"]);
    expect(called.text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(content((await one.ask()).text)).toBe("echo: ä b");
    expect(paths(one).filter((path) => path === "/config")).toHaveLength(1);
    expect(paths(one).some((path) => /cancel|reset/.test(path))).toBe(false);
  });

  test.skipIf(version === "3.50.2")("streams byte by byte", async () => {
    await using one = await world({ version, pieceBytes: 1 });
    expect(deltas((await one.ask({ stream: true })).text).join("")).toBe("echo: ä b");
  });

  test("answers by a plain function", async () => {
    await using one = await world({ version, functions: gradioFunctionApp });
    expect(content((await one.ask()).text)).toBe("echo: ä b");
  });

  test("is logged in to, once for all calls", async () => {
    const login = { username: "u", password: "a-long-secret" };
    const auth = { kind: "login", user: "u", password: "a-long-secret" } as const;
    await using one = await world({ version, login }, { target: { auth } });
    for (const stream of [true, false]) expect((await one.ask({ stream })).text).toContain("echo:");
    expect(paths(one).filter((path) => path === "/login")).toHaveLength(1);
  });

  test.each<[string, GradioFault]>([
    ["an error of the app's", { kind: "error", afterPieces: 1, message: "no more" }],
    ["a broken connection", { kind: "reset", afterPieces: 1 }],
    ["an end too soon", { kind: "end", afterPieces: 1 }],
    ["an app that goes down", { kind: "unexpected_error", afterPieces: 1 }],
  ])("never ends a stream at %s", async (_, fault) => {
    await using one = await world({ version, fault: () => fault });
    const called = await one.ask({ stream: true });
    expect(called.text).toContain("echo:");
    expect(called.text).not.toContain("[DONE]");
    if (fault.kind === "error") expect(called.text).toContain("no more");
  });

  test("tells of a full queue, so that another can be asked", async () => {
    await using one = await world({ version, fault: () => ({ kind: "queue_full" }) });
    expect((await one.ask()).status).toBe(429);
  });

  test("is told when the client leaves", async () => {
    await using one = await world({ version, fault: () => ({ kind: "stall", afterPieces: 1 }) });
    const leaving = new AbortController();
    const called = one
      .ask({ stream: true }, { signal: leaving.signal, onPiece: () => leaving.abort() })
      .catch(() => undefined);
    const told = await eventually(
      () => one.double.received.find(({ url }) => /\/(?:cancel|reset)$/.test(url)),
      "it is told",
    );
    const isOld = !["4.44.1", "6.31.0"].includes(version);
    expect(told.url.endsWith(isOld ? "/reset" : "/cancel")).toBe(true);
    const known =
      version === "3.50.2"
        ? ["fn_index", "session_hash"]
        : isOld
          ? ["event_id"]
          : ["session_hash", "fn_index", "event_id"];
    expect(Object.keys(JSON.parse(told.body.toString()) as object).toSorted()).toEqual(known.toSorted());
    await called;
    expect(one.rig.reported).toEqual([]);
  });

  test.each([true, false])("is h2oGPT's too; streamed: %s", async (stream) => {
    await using one = await h2oGpt({ version });
    const called = await one.ask({
      messages: [user('it\'s "ä"\n')],
      stream,
      stream_options: { include_usage: true },
    });
    const said = stream ? deltas(called.text.replaceAll('\\"', "”")).join("") : content(called.text);
    expect(said).toBe(stream ? "echo: it's ”ä”\\n" : 'echo: it\'s "ä"\n');
    expect(called.text).toContain('"prompt_tokens":5,"completion_tokens":3,"total_tokens":8');
  });
});

/** What an h2oGPT was asked, as it reads it. */
function asked({ double }: World): unknown {
  const joined = double.received.find(({ url }) => url.includes("/queue/join"));
  const { data } = JSON.parse(joined!.body.toString()) as { data: [null, null, null, null, null, string] };
  expect(data.slice(0, 5)).toEqual([null, null, null, null, null]);
  return parsePythonLiteral(data[5]);
}

describe("an h2oGPT", () => {
  test("is asked in its own words", async () => {
    await using one = await h2oGpt(
      { models: ["a", "b"], keys: ["the-key"] },
      {
        model: "b",
        target: { auth: { kind: "header", name: "authorization", value: "Bearer the-key" } },
      },
    );
    const called = await one.ask({
      messages: conversation,
      max_tokens: 7,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 3,
      seed: 1,
      repetition_penalty: 1.1,
      prompt_dict: { PreInstruct: "it's", terminate_response: null },
    });
    expect(content(called.text)).toBe("echo: 3");
    expect(asked(one)).toEqual({
      prompt_dict: { PreInstruct: "it's", terminate_response: null },
      repetition_penalty: 1.1,
      instruction: "3",
      chat_conversation: [["1", "2"]],
      system_prompt: "s",
      visible_models: "b",
      h2ogpt_key: "the-key",
      stream_output: false,
      max_new_tokens: 7,
      do_sample: true,
      temperature: 0.5,
      top_p: 0.9,
      top_k: 3,
      seed: 1,
    });
  });

  test.each([
    ["langchain_mode", "UserData"],
    ["langchain_agents", ["Python"]],
    ["langchain_action", "Summarize"],
    ["document_choice", ["All"]],
    ["chat_template", "{{ x }}"],
    ["h2ogpt_key", "another"],
    ["image_file", "/etc/passwd"],
    ["url", "http://127.0.0.1/"],
  ])("does not let callers set %s", async (field, value) => {
    await using one = await h2oGpt();
    const called = await one.ask({ [field]: value });
    expect([called.status, called.text.includes(`"param":"${field}"`)]).toEqual([400, true]);
  });

  test("lets callers set what the provider says, but never what Berth does", async () => {
    await using one = await h2oGpt(
      {},
      { target: { options: { callerFields: ["langchain_mode", "h2ogpt_key", "instruction"] } } },
    );
    await one.ask({ langchain_mode: "LLM", h2ogpt_key: "another", instruction: "y" });
    const told = asked(one);
    expect(told).toMatchObject({ langchain_mode: "LLM", instruction: "ä b" });
    expect(told).not.toHaveProperty("h2ogpt_key");
  });

  test("continues a text as it is", async () => {
    await using one = await h2oGpt();
    const called = await call(one.rig.port, { path: "/v1/completions", body: { model: "app", prompt: "x" } });
    expect(JSON.parse(called.text)).toMatchObject({
      object: "text_completion",
      choices: [{ text: "echo: x" }],
    });
    expect(asked(one)).toMatchObject({ instruction: "x", prompt_type: "plain" });
  });

  test("may be asked by its plain function", async () => {
    await using one = await h2oGpt({}, { target: { options: { apiName: "/submit_nochat_plain_api" } } });
    expect(content((await one.ask()).text)).toBe("echo: ä b");
    expect(paths(one)).toEqual(["/config", "/run/submit_nochat_plain_api"]);
  });

  test("cuts at the stops that it does not know", async () => {
    await using one = await h2oGpt();
    expect(deltas((await one.ask({ stream: true, stop: " b" })).text).join("")).toBe("echo: ä");
  });

  test.for<[string, H2oGptApp, Changes, number, string]>([
    ["does not know our key", { keys: ["k"] }, {}, 502, "berth provider test acme"],
    [
      "does not have the model",
      { models: ["a"] },
      { model: "c" },
      502,
      "does not have this model: Invalid model c",
    ],
  ])("that %s is no answer", async ([, app, upstream, status, message]) => {
    await using one = await h2oGpt(app, upstream);
    for (const stream of [true, false]) {
      const called = await one.ask({ stream });
      expect([called.status, called.text]).toEqual([status, expect.stringContaining(message)]);
    }
  });

  test.each([
    ["tools", [{ type: "function", function: { name: "f" } }]],
    ["n", 2],
    ["presence_penalty", 1],
    ["model_lock", { base_model: "x" }],
  ])("has no words for %s", async (param, value) => {
    await using one = await h2oGpt();
    expect(JSON.parse((await one.ask({ [param]: value })).text)).toMatchObject({
      error: { code: "unsupported", param },
    });
  });
});

const textbox = (label: string, parameter = label) => ({ type: "textbox" as const, label, parameter });
const chatbot = { type: "chatbot" as const, label: "history" };

/** As pages for chats are often written by hand: a message and a history in, an empty box and the history out. */
function historyApp(version: GradioVersion): readonly GradioFunction[] {
  const isNew = version === "6.31.0";
  return [
    {
      apiName: "respond",
      inputs: [textbox("Message"), chatbot],
      outputs: [textbox("Message"), chatbot],
      queue: true,
      generator: true,
      run: function* ([message, history]) {
        const before = history as readonly unknown[];
        const question = `${JSON.stringify(before)} ${String(message)}`;
        const said = (answer: string): readonly unknown[] =>
          isNew
            ? [
                { role: "user", content: message },
                { role: "assistant", content: [{ type: "text", text: answer }] },
              ]
            : [[message, answer]];
        yield ["", [...before, ...said("heard ")]];
        yield ["", [...before, ...said(`heard ${question}`)]];
      },
    },
  ];
}

describe("an app", () => {
  test.for<[GradioVersion, string]>([
    ["4.44.1", '[["1","2"]] 3'],
    [
      "6.31.0",
      '[{"role":"user","content":[{"type":"text","text":"1"}]},{"role":"assistant","content":[{"type":"text","text":"2"}]}] 3',
    ],
  ])("with a place for the history gets it, in the form of %s", async ([version, heard]) => {
    await using one = await world({ version, functions: historyApp });
    expect(content((await one.ask({ messages: conversation.slice(1) })).text)).toBe(`heard ${heard}`);
    expect((await one.ask({ messages: conversation.slice(1), stream: true })).text).toContain("[DONE]");
  });

  test("without one gets a conversation that is rendered, where somebody has said how", async () => {
    await using one = await world({}, { prompt: { kind: "type", name: "human_bot" } });
    const called = await one.ask({ messages: conversation.slice(1), stop: [] });
    expect(content(called.text)).toBe("echo: ");
    const joined = one.double.received.find(({ url }) => url === "/queue/join")!;
    expect(JSON.parse(joined.body.toString())).toMatchObject({
      data: ["<human>: 1\n<bot>: 2\n<human>: 3\n<bot>:", null],
      fn_index: 1,
    });
  });

  test("without one refuses a conversation by name where nobody has", async () => {
    await using one = await world();
    for (const messages of [conversation, conversation.slice(1), [conversation[0], user("x")]])
      expect(JSON.parse((await one.ask({ messages })).text)).toMatchObject({
        error: { code: "unsupported", param: "messages" },
      });
  });

  test("whose wanted function is named has it called", async () => {
    const functions = (): readonly GradioFunction[] => [
      ...gradioFunctionApp(),
      { ...gradioFunctionApp()[0]!, apiName: "shout", run: ([given]) => [[String(given).toUpperCase()]] },
    ];
    await using one = await world({ functions }, { target: { options: { apiName: "/shout" } } });
    expect(content((await one.ask()).text)).toBe("Ä B");
  });

  test.for<[string, GradioDoubleOptions, string | undefined, string]>([
    ["has no function of that name", {}, "/none", "set the provider's option `apiName` to one of /chat"],
    [
      "has only functions that take no text",
      { functions: () => [] },
      undefined,
      "no function that takes a text",
    ],
    [
      "has several that could",
      { functions: () => ["a", "b"].map((apiName) => ({ ...gradioFunctionApp()[0]!, apiName })) },
      undefined,
      "/a, /b",
    ],
    ["hides its errors", { functions: () => [broken], showError: false }, undefined, "hides its errors"],
    ["shows its errors", { functions: () => [broken], showError: true }, undefined, "index out of range"],
    ["wants a log-in", { login: { username: "u", password: "p" } }, undefined, "berth provider test acme"],
  ])("that %s is told of", async ([, options, apiName, message]) => {
    const changes = apiName === undefined ? {} : { target: { options: { apiName } } };
    await using one = await world(options, changes);
    const called = await one.ask();
    expect([called.status, called.text]).toEqual([502, expect.stringContaining(message)]);
  });

  test("that has forgotten who was logged in is logged in to again, once", async () => {
    let logins = 0;
    await using server = await startFakeModelServer({
      script: ({ url }) => {
        if (url !== "/login") return json({ detail: "Not authenticated" }, 401);
        logins += 1;
        return json({ success: true }, 200, { "set-cookie": `access-token-x=${logins}; HttpOnly` });
      },
    });
    const auth = { kind: "login", user: "u", password: "a-long-secret" } as const;
    await using one = await world({}, { target: { auth, url: server.url } });
    for (const count of [1, 2]) {
      expect((await one.ask()).status).toBe(502);
      expect(logins).toBe(count);
    }
    expect(server.received.at(-1)!.headers.cookie).toBe("access-token-x=2");
  });

  test("that refuses user and password is told of, without them", async () => {
    const auth = { kind: "login", user: "u", password: "a-long-secret" } as const;
    await using one = await world({ login: { username: "u", password: "p" } }, { target: { auth } });
    const called = await one.ask();
    expect([called.status, called.text]).toEqual([502, expect.stringContaining("Incorrect credentials")]);
    expect(called.text).not.toContain("a-long-secret");
  });

  test("that only sends heartbeats is given up", async () => {
    await using one = await world(
      { heartbeats: true, fault: () => ({ kind: "stall", afterPieces: 0 }) },
      { target: { connectMs: 20, firstTokenMs: 80 } },
    );
    expect((await one.ask({ stream: true })).status).toBe(504);
  });
});

const broken: GradioFunction = {
  ...gradioChatApp("4.44.1")[1]!,
  run: () => {
    throw new Error("index out of range");
  },
};
