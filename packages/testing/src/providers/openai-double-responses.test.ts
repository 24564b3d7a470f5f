import { expect, test } from "vitest";
import { ask, eventsOf } from "./double-client.ts";
import { startOpenAiDouble } from "./openai-double.ts";

const headers = { authorization: "Bearer k" };
const hello = { model: "gpt-tiny", input: "hi you" };

test("a response is whole: items of output, and what it cost", async () => {
  await using openai = await startOpenAiDouble({ answer: () => ({ reasoning: "so so" }) });
  expect((await ask(`${openai.url}/v1/responses`, hello, headers)).json).toMatchObject({
    object: "response",
    status: "completed",
    output: [
      { type: "reasoning", summary: [{ type: "summary_text", text: "so so" }] },
      {
        type: "message",
        role: "assistant",
        content: [{ type: "output_text", text: "echo: hi you", annotations: [] }],
      },
    ],
    usage: { input_tokens: 2, output_tokens: 5, output_tokens_details: { reasoning_tokens: 2 } },
  });
  expect(
    (await ask(`${openai.url}/v1/responses`, { ...hello, max_output_tokens: 1 }, headers)).json,
  ).toMatchObject({
    status: "incomplete",
    incomplete_details: { reason: "max_output_tokens" },
  });
});

test("a stream names and numbers its events, and ends without [DONE]", async () => {
  const toolCalls = [{ id: "call_1", name: "add", arguments: { a: 1 } }];
  await using openai = await startOpenAiDouble({ answer: () => ({ text: "one two", toolCalls }) });
  const body = { ...hello, stream: true, tools: [{ type: "function", name: "add", parameters: {} }] };
  const { text } = await ask(`${openai.url}/v1/responses`, body, headers);
  const events = eventsOf(text) as { type: string; sequence_number: number }[];
  expect([...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual(
    events.map(({ type }) => type),
  );
  expect(events.map(({ sequence_number: at }) => at)).toEqual(events.map((_, at) => at));
  expect(events).toMatchObject([
    { type: "response.created", response: { status: "in_progress", output: [] } },
    { type: "response.in_progress" },
    { type: "response.output_item.added", output_index: 0, item: { type: "message", content: [] } },
    { type: "response.content_part.added", content_index: 0, part: { type: "output_text", text: "" } },
    { type: "response.output_text.delta", item_id: "msg_1", delta: "one" },
    { type: "response.output_text.delta", delta: " two" },
    { type: "response.output_text.done", text: "one two" },
    { type: "response.content_part.done" },
    { type: "response.output_item.done", item: { status: "completed" } },
    {
      type: "response.output_item.added",
      output_index: 1,
      item: { type: "function_call", call_id: "call_1", arguments: "" },
    },
    { type: "response.function_call_arguments.delta", delta: '{"a":1}' },
    { type: "response.function_call_arguments.done", name: "add", arguments: '{"a":1}' },
    { type: "response.output_item.done", item: { arguments: '{"a":1}' } },
    { type: "response.completed", response: { status: "completed", output: [{}, {}] } },
  ]);
});

test("a stream that breaks ends with an error event", async () => {
  await using openai = await startOpenAiDouble({ answer: () => ({ breaksAfterTokens: 1 }) });
  const { text } = await ask(`${openai.url}/v1/responses`, { ...hello, stream: true }, headers);
  expect(eventsOf(text).slice(-2)).toMatchObject([
    { delta: "echo:" },
    { type: "error", code: "server_error" },
  ]);
});

test.each<[string, Record<string, unknown>, string, string]>([
  ["no input", { input: undefined }, "input", "missing_required_parameter"],
  ["messages", { messages: [] }, "messages", "unknown_parameter"],
  [
    "a tool in a chat's shape",
    { tools: [{ type: "function", function: { name: "f" } }] },
    "tools[0].name",
    "missing_required_parameter",
  ],
  [
    "an output of no call",
    { input: [{ type: "function_call_output", output: "2" }] },
    "input[0].call_id",
    "missing_required_parameter",
  ],
])("%s is refused with its parameter named", async (_fact, more, param, code) => {
  await using openai = await startOpenAiDouble();
  const answer = await ask(`${openai.url}/v1/responses`, { ...hello, ...more }, headers);
  expect([answer.status, answer.json]).toMatchObject([400, { error: { param, code } }]);
});
