import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, pilotConfig, startEngine, type TestEngine } from "../test/engine.ts";

/** What an answer has to be: a form, a schema, a call. */

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine(pilotConfig());
});
afterAll(() => engine.close());

const post = (body: object) => engine.post("/v1/chat/completions", body);

const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "Get the weather in a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  },
  {
    type: "function",
    function: {
      name: "say",
      parameters: { type: "object", properties: { text: { enum: ["hi"] } }, required: ["text"] },
    },
  },
];

describe("the answer's form", () => {
  const rosa = "Extract the data as JSON: Rosa is 42 years old and lives in Oslo.";
  const person = {
    type: "object",
    properties: { name: { type: "string" }, age: { type: "integer" }, city: { type: "string" } },
    required: ["name", "age", "city"],
    additionalProperties: false,
  };

  test("json_object gives an object, whatever was asked", async () => {
    const { json } = await post(
      ask("What is Berth?", { response_format: { type: "json_object" }, max_tokens: 60 }),
    );
    const { message, finish_reason: reason } = json.choices[0];
    expect(message.content).toMatch(/^\{/);
    if (reason === "stop") expect(JSON.parse(message.content)).toBeTypeOf("object");
  });

  test("json_schema gives what the schema says", async () => {
    const { json } = await post(
      ask(rosa, {
        response_format: { type: "json_schema", json_schema: { name: "person", schema: person } },
      }),
    );
    expect(JSON.parse(json.choices[0].message.content)).toEqual({ name: "Rosa", age: 42, city: "Oslo" });
  });

  test.each([
    ["a choice", { enum: ["positive", "negative"] }, /^"(positive|negative)"$/],
    [
      "an optional property may be missing",
      { type: "object", properties: { a: { type: "boolean" }, b: { type: "null" } }, required: ["b"] },
      /^\{.*"b": ?null.*\}$/s,
    ],
    [
      "a list of some length",
      { type: "array", items: { type: "boolean" }, minItems: 2, maxItems: 2 },
      /^\[\s*(true|false),\s*(true|false)\s*\]$/,
    ],
    ["either of two types", { type: ["boolean", "null"] }, /^(true|false|null)$/],
    ["a day", { type: "string", format: "date" }, /^"\d{4}-\d\d-\d\d"$/],
    ["a short text", { type: "string", minLength: 1, maxLength: 3 }, /^".{1,3}"$/],
    [
      "a list that holds lists like itself",
      {
        $ref: "#/$defs/nest",
        $defs: { nest: { type: "array", items: { $ref: "#/$defs/nest" }, maxItems: 1 } },
      },
      /^[[\]\s]+$/,
    ],
    ["any JSON", true, /^[[{"\d\-tfn]/],
  ])("json_schema: %s", async (_, schema, form) => {
    for (const seed of [1, 2, 3]) {
      const format = {
        type: "json_schema",
        json_schema: { name: "s", schema: schema === true ? {} : schema },
      };
      const { json, status } = await post({
        ...ask(rosa),
        temperature: 1.5,
        seed,
        response_format: format,
        max_tokens: 100,
      });
      expect(status).toBe(200);
      const { message, finish_reason: reason } = json.choices[0];
      expect(message.content).toMatch(reason === "stop" ? form : /./);
      if (reason === "stop") JSON.parse(message.content);
    }
  });
});

describe("tools", () => {
  const weather = ask("How is the weather in Tokyo?", { tools });

  test("the model calls one when it should", async () => {
    const [choice] = (await post(weather)).json.choices;
    expect(choice.finish_reason).toBe("tool_calls");
    expect(choice.message).toEqual({
      role: "assistant",
      content: null,
      refusal: null,
      tool_calls: [
        {
          id: expect.stringMatching(/^call_/),
          type: "function",
          function: { name: "get_weather", arguments: '{"city":"Tokyo"}' },
        },
      ],
    });
  });

  test("and answers when it has the result", async () => {
    const { json } = await post({
      ...weather,
      tools: tools.slice(0, 1),
      messages: [
        { role: "user", content: "How is the weather in Tokyo?" },
        {
          role: "assistant",
          tool_calls: [
            {
              id: "call_1",
              type: "function",
              function: { name: "get_weather", arguments: '{"city":"Tokyo"}' },
            },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: '{"sky": "sunny", "celsius": 21}' },
      ],
    });
    expect(json.choices[0]).toMatchObject({
      message: { content: "It is sunny in Tokyo, with 21 degrees." },
      finish_reason: "stop",
    });
  });

  test.each([
    ["required", "required", ["get_weather", "say"]],
    ["a named one", { type: "function", function: { name: "say" } }, ["say"]],
  ])("%s is called, whatever was asked", async (_, choice, names) => {
    const { json } = await post(
      ask("What is Berth?", { tools, tool_choice: choice, parallel_tool_calls: false }),
    );
    const [call, ...more] = json.choices[0].message.tool_calls;
    expect(names).toContain(call.function.name);
    expect(more).toEqual([]);
    JSON.parse(call.function.arguments);
  });

  test("none is called, and none is shown, when the caller says so", async () => {
    const { json } = await post({ ...weather, tool_choice: "none" });
    const plain = await post(ask("How is the weather in Tokyo?"));
    expect(json.choices[0].message).toEqual(plain.json.choices[0].message);
    expect(json.usage.prompt_tokens).toBe(plain.json.usage.prompt_tokens);
  });

  test("a call is possible beside a response format", async () => {
    const { json } = await post({ ...weather, response_format: { type: "json_object" } });
    expect(json.choices[0].finish_reason).toBe("tool_calls");
  });
});
