import { expect, test } from "vitest";
import type { GradioFunction } from "./gradio-app.ts";
import { gradioFunctionApp } from "./gradio-app.ts";
import { type GradioDouble, type GradioDoubleOptions, startGradioDouble } from "./gradio-double.ts";
import type { GradioVersion } from "./gradio-version.ts";

const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const read = async (answer: Promise<Response>): Promise<[number, unknown]> => {
  const got = await answer;
  const text = await got.text();
  return [got.status, text.startsWith("{") ? JSON.parse(text) : text];
};

/** The lines of an event stream, without the empty ones. */
const lines = async (answer: Promise<Response>): Promise<string[]> =>
  (await (await answer).text()).split("\n").filter((line) => line !== "");

interface Message {
  readonly msg: string;
  readonly event_id?: string | null;
  readonly output?: { readonly data?: unknown; readonly is_generating?: boolean; readonly error?: unknown };
  readonly success?: boolean;
}

const messages = async (answer: Promise<Response>): Promise<Message[]> =>
  (await lines(answer)).map((line) => JSON.parse(line.replace(/^data: /, "")) as Message);

async function join(double: GradioDouble, data: unknown[], prefix = ""): Promise<Message[]> {
  const joined = await post(`${double.url}${prefix}/queue/join`, { data, fn_index: 1, session_hash: "s" });
  expect(joined.status).toBe(200);
  return messages(fetch(`${double.url}${prefix}/queue/data?session_hash=s`));
}

async function call(double: GradioDouble, data: unknown[], prefix = ""): Promise<string[]> {
  const called = await post(`${double.url}${prefix}/call/chat`, { data });
  const { event_id: id } = (await called.json()) as { event_id: string };
  return lines(fetch(`${double.url}${prefix}/call/chat/${id}`));
}

test("the version names its protocol and its prefix", async () => {
  const seen = [];
  for (const version of ["3.50.2", "4.0.2", "4.16.0", "4.20.0", "4.21.0", "4.44.1", "6.31.0"] as const) {
    await using double = await startGradioDouble({ version });
    const config = (await (await fetch(`${double.url}/config`)).json()) as Record<string, unknown>;
    seen.push([config["version"], config["protocol"], config["api_prefix"], config["enable_queue"]]);
  }
  expect(seen).toEqual([
    ["3.50.2", undefined, undefined, true],
    ["4.0.2", "sse", undefined, true],
    ["4.16.0", "sse_v1", undefined, true],
    ["4.20.0", "sse_v2", undefined, true],
    ["4.21.0", "sse_v2.1", undefined, true],
    ["4.44.1", "sse_v3", undefined, true],
    ["6.31.0", "sse_v3", "/gradio_api", true],
  ]);
});

test("the configuration tells of the states of a function, its description for callers does not", async () => {
  await using double = await startGradioDouble();
  const config = (await (await fetch(`${double.url}/config`)).json()) as {
    dependencies: { api_name: string; inputs: number[] }[];
    components: { id: number; type: string }[];
  };
  const types = new Map(config.components.map((component) => [component.id, component.type]));
  const at = config.dependencies.findIndex((each) => each.api_name === "chat");
  expect(at).toBe(1);
  expect(config.dependencies[at]?.inputs.map((id) => types.get(id))).toEqual(["textbox", "state"]);
  const info = (await (await fetch(`${double.url}/info`)).json()) as {
    named_endpoints: Record<string, { parameters: { parameter_name: string }[] }>;
  };
  expect(info.named_endpoints["/chat"]?.parameters.map((each) => each.parameter_name)).toEqual(["message"]);
});

test("a simple call streams its outputs whole, as Python writes JSON", async () => {
  await using double = await startGradioDouble();
  expect(await call(double, ["hä", null])).toEqual([
    "event: generating",
    'data: ["echo:", null]',
    "event: generating",
    'data: ["echo: h\\u00e4", null]',
    "event: complete",
    'data: ["echo: h\\u00e4", null]',
  ]);
});

test("the queue of 4.25 and later says the first answer whole, then what changed, then all of it", async () => {
  await using double = await startGradioDouble({ heartbeats: true });
  const got = await join(double, ["a b", null]);
  expect(got.map((each) => [each.msg, each.output?.data])).toEqual([
    ["estimation", undefined],
    ["process_starts", undefined],
    ["heartbeat", undefined],
    ["process_generating", ["echo:", null]],
    ["heartbeat", undefined],
    ["process_generating", [[["append", [], " a"]], []]],
    ["heartbeat", undefined],
    ["process_generating", [[["append", [], " b"]], []]],
    ["process_completed", ["echo: a b", null]],
    ["close_stream", undefined],
  ]);
});

test("the first protocol of the queue says every answer whole, and its end is the end of the stream", async () => {
  await using double = await startGradioDouble({ version: "4.16.0" });
  const got = await join(double, ["a", null]);
  expect(got.slice(2).map((each) => [each.msg, each.output?.data, each.output?.is_generating])).toEqual([
    ["process_generating", ["echo:", null], true],
    ["process_generating", ["echo: a", null], true],
    ["process_completed", ["echo: a", null], true],
  ]);
});

const edited: GradioFunction = {
  apiName: "edit",
  inputs: [],
  outputs: [{ type: "json", label: "out" }],
  queue: true,
  generator: true,
  run: () => [[{ a: ["x", "y", "z"], b: 1 }], [{ a: ["x!"], c: 2 }], [{ a: ["x!", "w"], c: "2" }]],
};

test("what changed in lists and objects is edits in order", async () => {
  await using double = await startGradioDouble({ functions: () => [edited, edited] });
  const got = await join(double, []);
  expect(got.slice(3, 5).map((each) => each.output?.data)).toEqual([
    [
      [
        ["append", ["a", 0], "!"],
        ["delete", ["a", 1], null],
        ["delete", ["a", 1], null],
        ["delete", ["b"], null],
        ["add", ["c"], 2],
      ],
    ],
    [
      [
        ["add", ["a", 1], "w"],
        ["replace", ["c"], "2"],
      ],
    ],
  ]);
});

test("the streams of 4.0 are one for each call, and ask for the inputs", async () => {
  await using double = await startGradioDouble({ version: "4.0.2" });
  const stream = await fetch(`${double.url}/queue/join?fn_index=1&session_hash=s`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("send_data")) text += (await reader?.read())?.value ?? "";
  const asked = JSON.parse(text.split("data: ")[2] ?? "") as Message;
  const body = { data: ["a", null], fn_index: 1, session_hash: "s", event_id: asked.event_id };
  expect(await read(post(`${double.url}/queue/data`, body))).toEqual([200, "null"]);
  for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) text += next.value;
  expect(text.match(/"msg": "\w+"/g)).toEqual(
    [
      "estimation",
      "send_data",
      "process_starts",
      "process_generating",
      "process_generating",
      "process_completed",
    ].map((msg) => `"msg": "${msg}"`),
  );
});

test.each<[string, GradioVersion, unknown[], string[]]>([
  ["4.44 wants them", "4.44.1", ["a"], ["event: error", "data: null"]],
  ["6.18 and later fill them in", "6.31.0", ["a"], ["event: complete", 'data: ["echo: a", null]']],
])("states missing from a simple call: %s", async (_, version, data, end) => {
  await using double = await startGradioDouble({ version });
  const got = await call(double, data, version === "6.31.0" ? "/gradio_api" : "");
  expect(got.slice(-2)).toEqual(end);
});

test("missing states are told of only where the app shows its errors", async () => {
  const errors = [];
  for (const showError of [true, false]) {
    await using double = await startGradioDouble({ showError });
    errors.push((await join(double, ["a"])).at(-2)?.output?.error);
  }
  expect(errors).toEqual([
    expect.stringContaining("didn't receive enough input values (needed: 2, got: 1)"),
    null,
  ]);
});

const needsLogin: GradioDoubleOptions = { login: { username: "u", password: "p" } };

test.each<[string, GradioDoubleOptions, string, unknown, number, unknown]>([
  [
    "a direct call of a generator has its first answer only",
    {},
    "/run/chat",
    { data: ["a b", null] },
    200,
    {
      data: ["echo:", null],
      is_generating: true,
    },
  ],
  [
    "the older path is the same",
    { functions: gradioFunctionApp },
    "/api/predict",
    { data: ["a"] },
    200,
    {
      data: ["echo: a"],
      is_generating: false,
    },
  ],
  ["an unknown function is a bug of the app", {}, "/run/none", { data: [] }, 500, "Internal Server Error"],
  [
    "so is an unknown index",
    {},
    "/queue/join",
    { data: [], fn_index: 9, session_hash: "s" },
    500,
    "Internal Server Error",
  ],
  [
    "the queue may be the only way",
    { apiOpen: false },
    "/run/chat",
    { data: [] },
    404,
    {
      detail:
        "This API endpoint does not accept direct HTTP POST requests. Please join the queue to use this API.",
    },
  ],
  [
    "the queue wants a session",
    {},
    "/queue/join",
    { data: [], fn_index: 1 },
    400,
    { detail: "Session hash not found." },
  ],
  [
    "a full queue takes nothing",
    { fault: () => ({ kind: "queue_full" }) },
    "/call/chat",
    { data: ["a", null] },
    503,
    {
      detail: "Queue is full. Max size is 1 and size is 1.",
    },
  ],
  [
    "a body without data is invalid",
    {},
    "/run/chat",
    {},
    422,
    {
      detail: [{ type: "missing", loc: ["body", "data"], msg: "Field required", input: {} }],
    },
  ],
  [
    "there are no simple calls before 4.20",
    { version: "4.16.0" },
    "/call/chat",
    { data: [] },
    404,
    { detail: "Not Found" },
  ],
  [
    "5 and later have the API below a prefix",
    { version: "6.31.0" },
    "/run/chat",
    { data: [] },
    404,
    { detail: "Not Found" },
  ],
  ["strangers are not let in", needsLogin, "/run/chat", { data: [] }, 401, { detail: "Not authenticated" }],
  ["whoever logs in wrongly is told so", needsLogin, "/login", {}, 422, expect.anything()],
  [
    "what an app wants told is told",
    { fault: () => ({ kind: "error", afterPieces: 0, message: "no" }) },
    "/call/chat",
    { data: ["a", null] },
    200,
    {
      event_id: expect.any(String),
    },
  ],
  ["resetting does nothing any more", {}, "/reset", { event_id: "x" }, 200, { success: true }],
])("%s", async (_, options, path, body, status, answer) => {
  await using double = await startGradioDouble(options);
  const [got, json] = await read(post(double.url + path, body));
  expect(got).toBe(status);
  if (typeof answer === "object") expect(json).toMatchObject(answer as object);
  else expect(json).toEqual(answer);
});

test("a login gives cookies, and either opens the door", async () => {
  await using double = await startGradioDouble(needsLogin);
  expect((await fetch(`${double.url}/config`)).status).toBe(401);
  const form = (password: string): Promise<Response> =>
    fetch(`${double.url}/login`, { method: "POST", body: new URLSearchParams({ username: "u", password }) });
  expect(await read(form("x"))).toEqual([400, { detail: "Incorrect credentials." }]);
  const cookies = (await form("p")).headers.getSetCookie();
  expect(cookies).toEqual([
    expect.stringMatching(/^access-token-[\w-]+=[\w-]+; HttpOnly; Path=\/; SameSite=none; Secure$/),
    expect.stringMatching(/^access-token-unsecure-[\w-]+=[\w-]+; HttpOnly; Path=\/; SameSite=lax$/),
  ]);
  for (const cookie of cookies) {
    const headers = { cookie: cookie.split(";")[0] ?? "" };
    expect((await fetch(`${double.url}/config`, { headers })).status).toBe(200);
  }
});

test("an error midway ends a call", async () => {
  await using double = await startGradioDouble({
    fault: () => ({ kind: "error", afterPieces: 1, message: "no" }),
  });
  const got = await join(double, ["a b", null]);
  expect(got.slice(-3)).toMatchObject([
    { msg: "process_generating", output: { data: ["echo:", null] } },
    { msg: "process_completed", output: { error: "'no'", duration: 10, visible: true }, success: false },
    { msg: "close_stream" },
  ]);
});

test("a call that says no more can be canceled", async () => {
  await using double = await startGradioDouble({ fault: () => ({ kind: "stall", afterPieces: 1 }) });
  const joined = await post(`${double.url}/queue/join`, {
    data: ["a", null],
    fn_index: 1,
    session_hash: "s",
  });
  const { event_id } = (await joined.json()) as { event_id: string };
  const stream = messages(fetch(`${double.url}/queue/data?session_hash=s`));
  expect(await read(post(`${double.url}/cancel`, { session_hash: "s", fn_index: 1, event_id }))).toEqual([
    200,
    { success: true },
  ]);
  expect((await stream).slice(-2)).toMatchObject([
    { msg: "process_completed", output: {}, success: true },
    { msg: "close_stream" },
  ]);
});

test.each([
  ["a server that goes down says so", { kind: "unexpected_error", afterPieces: 1 }, "unexpected_error"],
  ["a stream may end too soon", { kind: "end", afterPieces: 1 }, "process_generating"],
] as const)("%s", async (_, fault, last) => {
  await using double = await startGradioDouble({ fault: () => fault, version: "4.21.0" });
  expect((await join(double, ["a b", null])).at(-1)?.msg).toBe(last);
});

test("an unknown session is an error within the stream", async () => {
  await using double = await startGradioDouble({ version: "6.31.0" });
  const stream = await fetch(`${double.url}/gradio_api/queue/data?session_hash=none`);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toContain('"message":"404: Not Found","session_not_found":true');
  await expect(reader?.read()).rejects.toThrow();
});

/** A generator with a state, as the recorded apps had one. */
const recorded: GradioFunction = {
  apiName: "stream",
  inputs: [
    { type: "state", label: "state" },
    { type: "textbox", label: "text", parameter: "t" },
  ],
  outputs: [{ type: "textbox", label: "out" }],
  queue: true,
  generator: true,
  run: ([, text]) => [["echo:"], [`echo: ${String(text)}`]],
};

// recorded from running apps of these versions on 2026-11-29, without their ids and times
test.each<[GradioVersion, string, string]>([
  [
    "4.16.0",
    '{"msg": "process_generating", "event_id": "ID", "output": {"data": ["echo: a b"], "is_generating": true, "duration": 0, "average_duration": 0}, "success": true}',
    '{"msg": "process_completed", "event_id": "ID", "output": {"data": ["echo: a b"], "is_generating": true, "duration": 0, "average_duration": 0}, "success": true}',
  ],
  [
    "4.21.0",
    '{"msg": "process_generating", "event_id": "ID", "output": {"data": [[["append", [], " a b"]]], "is_generating": true, "duration": 0, "average_duration": 0}, "success": true}',
    '{"msg": "process_completed", "event_id": "ID", "output": {"data": ["echo: a b"], "is_generating": false, "duration": 0, "average_duration": 0}, "success": true}',
  ],
  [
    "4.44.1",
    '{"msg":"process_generating","event_id":"ID","output":{"data":[[["append",[]," a b"]]],"is_generating":true,"duration":0,"average_duration":0,"render_config":null,"changed_state_ids":[]},"success":true}',
    '{"msg":"process_completed","event_id":"ID","output":{"data":["echo: a b"],"is_generating":false,"duration":0,"average_duration":0,"render_config":null,"changed_state_ids":[]},"success":true}',
  ],
  [
    "6.31.0",
    '{"msg":"process_generating","event_id":"ID","output":{"data":[[["append",[]," a b"]]],"is_generating":true,"duration":0,"average_duration":0,"render_config":null,"changed_state_ids":[],"used_cache":null},"success":true,"time_limit":null}',
    '{"msg":"process_completed","event_id":"ID","output":{"data":["echo: a b"],"is_generating":false,"duration":0,"average_duration":0,"render_config":null,"changed_state_ids":[],"used_cache":null},"success":true,"title":null,"used_cache":null,"cache_duration":0,"avg_time":0}',
  ],
])("the queue of %s says what the real one said, byte by byte", async (version, generating, completed) => {
  await using double = await startGradioDouble({ version, functions: () => [recorded, recorded] });
  const prefix = version === "6.31.0" ? "/gradio_api" : "";
  await post(`${double.url}${prefix}/queue/join`, { data: [null, "a b"], fn_index: 1, session_hash: "s" });
  const said = await lines(fetch(`${double.url}${prefix}/queue/data?session_hash=s`));
  const told = said.map((line) =>
    line
      .slice(6)
      .replace(/[0-9a-f]{32}/, "ID")
      .replaceAll("0.02", "0"),
  );
  expect(told.slice(3, 5)).toEqual([generating, completed]);
});
