import { expect, test } from "vitest";
import type { GradioDouble } from "./gradio-double.ts";
import { type H2oGptApp, startH2oGptDouble } from "./gradio-h2ogpt.ts";
import { parsePythonLiteral } from "./gradio-python-literal.ts";

interface Reply {
  readonly response: string;
  readonly error: string;
  readonly save_dict: { readonly base_model?: string; readonly valid_key?: unknown };
}

const post = (url: string, data: readonly unknown[]): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ data }),
  });

const states = [null, null, null, null, null];

async function simpleCall(double: GradioDouble, data: readonly unknown[]): Promise<string[]> {
  const called = await post(`${double.url}/call/submit_nochat_api`, data);
  const { event_id: id } = (await called.json()) as { event_id: string };
  const text = await (await fetch(`${double.url}/call/submit_nochat_api/${id}`)).text();
  return text.split("\n").filter((line) => line.startsWith("data: "));
}

async function plain(app: H2oGptApp, argument: string): Promise<[number, Reply | { error: string }]> {
  await using double = await startH2oGptDouble(app);
  const answer = await post(`${double.url}/run/submit_nochat_plain_api`, [argument]);
  const body = (await answer.json()) as { data: [string]; error: string };
  return [
    answer.status,
    answer.ok ? (parsePythonLiteral(body.data[0]) as unknown as Reply) : { error: body.error },
  ];
}

test("a streamed reply is the text so far in a Python dictionary, and all the rest at the end", async () => {
  await using double = await startH2oGptDouble();
  const lines = await simpleCall(double, [...states, "{'instruction': 'it\\'s', 'stream_output': True}"]);
  const replies = lines.map(
    (line) => parsePythonLiteral((JSON.parse(line.slice(6)) as [string])[0]) as unknown as Reply,
  );
  expect(replies.map((reply) => [reply.response, reply.save_dict.base_model])).toEqual([
    ["echo:", undefined],
    ["echo: it's", undefined],
    ["echo: it's", "h2oai/h2ogpt-4096-llama2-7b-chat"],
    ["echo: it's", "h2oai/h2ogpt-4096-llama2-7b-chat"],
  ]);
});

test("without its five states the call fails", async () => {
  await using double = await startH2oGptDouble();
  expect(await simpleCall(double, ["{'instruction': 'a'}"])).toEqual(["data: null"]);
});

test.each<[string, H2oGptApp, string, number, unknown]>([
  [
    "the plain function answers at once",
    {},
    "{'instruction_nochat': 'a'}",
    200,
    { response: "echo: a", error: "" },
  ],
  [
    "JSON's words are no Python",
    {},
    '{"stream_output": true}',
    500,
    { error: expect.stringContaining("malformed") },
  ],
  [
    "a missing key is a reply like any other",
    { keys: ["k"] },
    "{'instruction': 'a'}",
    200,
    {
      response: expect.stringContaining("Invalid Access Key"),
      error: expect.stringContaining("Invalid Access Key"),
      save_dict: { valid_key: false },
    },
  ],
  [
    "a key is let in",
    { keys: ["k"] },
    "{'instruction': 'a', 'h2ogpt_key': 'k'}",
    200,
    {
      response: "echo: a",
      save_dict: { valid_key: true },
    },
  ],
  [
    "a model is chosen by its name",
    { models: ["a", "b"] },
    "{'visible_models': ['b']}",
    200,
    {
      save_dict: { base_model: "b" },
    },
  ],
  [
    "or by its place",
    { models: ["a", "b"] },
    "{'visible_models': 1}",
    200,
    { save_dict: { base_model: "b" } },
  ],
  [
    "a model it has not is an error",
    { models: ["a"] },
    "{'visible_models': 'c'}",
    500,
    {
      error: "Invalid model c, valid models are: ['a']",
    },
  ],
])("%s", async (_, app, argument, status, reply) => {
  const got = await plain(app, argument);
  expect(got).toMatchObject([status, reply]);
});

test("only what needs no queue may be called directly", async () => {
  await using double = await startH2oGptDouble({ adminPassword: "x" });
  const status = async (name: string, data: unknown[]): Promise<number> =>
    (await post(`${double.url}/run/${name}`, data)).status;
  expect(await status("system_hash", [])).toBe(200);
  expect(await status("submit_nochat_api", [...states, "{}"])).toBe(404);
  expect(await status("model_names", [])).toBe(404);
});
