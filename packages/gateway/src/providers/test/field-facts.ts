import { describe, expect, test } from "vitest";
import { chunksOf, completionOf, says, startWorld, told } from "./ask-provider.ts";
import type { Ability, Field, ProviderUnderTest } from "./provider-under-test.ts";

const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const weather = { type: "function", function: { name: "weather", parameters: schema } } as const;
const clock = {
  type: "function",
  function: { name: "clock", parameters: { type: "object", properties: {} } },
};

/** What is asked, and what of it arrives. */
const asked: Readonly<Record<Field, { readonly request: object; readonly arrives: unknown }>> = {
  max_tokens: { request: { max_tokens: 9 }, arrives: 9 },
  temperature: { request: { temperature: 0.5 }, arrives: 0.5 },
  top_p: { request: { top_p: 0.5 }, arrives: 0.5 },
  stop: { request: { stop: ["###"] }, arrives: ["###"] },
  seed: { request: { seed: 7 }, arrives: 7 },
  frequency_penalty: { request: { frequency_penalty: 0.5 }, arrives: 0.5 },
  presence_penalty: { request: { presence_penalty: 0.5 }, arrives: 0.5 },
  logit_bias: { request: { logit_bias: { "7": 5 } }, arrives: { "7": 5 } },
  n: { request: { n: 2 }, arrives: 2 },
  logprobs: { request: { logprobs: true, top_logprobs: 1 }, arrives: true },
  tools: { request: { tools: [weather, clock] }, arrives: ["weather", "clock"] },
  tool_choice: { request: { tools: [weather], tool_choice: "required" }, arrives: "required" },
  parallel_tool_calls: { request: { tools: [weather], parallel_tool_calls: false }, arrives: false },
  response_format: {
    request: {
      response_format: { type: "json_schema", json_schema: { name: "place", schema, strict: true } },
    },
    arrives: schema,
  },
};

const neutral = {
  n: 1,
  logprobs: false,
  stop: null,
  frequency_penalty: 0,
  presence_penalty: 0,
  logit_bias: null,
  response_format: { type: "text" },
  user: "somebody",
};

const pixel =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/** What a request may ask for arrives, or is refused by its name: nothing is dropped in silence. */
export function describeFields(subject: ProviderUnderTest, able: ReadonlySet<Ability>): void {
  const { says: saidFor = (text: string) => text } = subject;

  describe("a field", () => {
    test.each(Object.entries(asked) as [Field, (typeof asked)[Field]][])(
      "%s arrives, or is refused by its name",
      async (field, { request, arrives }) => {
        await using world = await startWorld(subject, { behaviour: { reply: { text: "one two" } } });
        for (const stream of [false, true]) {
          const called = await world.ask({ ...says("one two"), ...request, stream });
          if (able.has(field)) {
            expect([called.status, called.text.slice(0, 500)]).toMatchObject([200, expect.anything()]);
            const isKept = subject.keeps?.includes(field) === true;
            expect(world.server.heard().fields[field]).toEqual(isKept ? undefined : arrives);
          } else if (!subject.passesThrough) {
            expect(called.status).toBe(400);
            const { error } = JSON.parse(called.text) as { error: { code: string; param: string } };
            expect(error.code).toBe("unsupported");
            // whoever has no tools says so first
            expect([field, "tools"]).toContain(error.param);
            expect(world.server.calls()).toHaveLength(0);
          }
        }
      },
    );

    test("that changes nothing is taken by all", async () => {
      await using world = await startWorld(subject, { behaviour: { reply: { text: "one two" } } });
      expect(await world.ask({ ...says("one two"), ...neutral })).toMatchObject({ status: 200 });
    });

    test.skipIf(subject.passesThrough)("that nobody knows is refused by its name", async () => {
      await using world = await startWorld(subject);
      const called = await world.ask({ ...says("one"), unheard_of: 1 });
      expect(called.status).toBe(400);
      expect(called.text).toContain('"param":"unheard_of"');
    });

    test.skipIf(subject.passesThrough)("of another type is told to be wrong", async () => {
      await using world = await startWorld(subject);
      const called = await world.ask({ ...says("one"), temperature: "warm" });
      expect(called.status).toBe(400);
      expect(called.text).toContain('"param":"temperature"');
    });
  });

  test.runIf(able.has("n"))("several answers to one question are told apart", async () => {
    await using world = await startWorld(subject, { behaviour: { reply: { text: "one two" } } });
    const whole = completionOf(await world.ask({ ...says("one two"), n: 2 }));
    expect(whole.choices.map(({ index, message }) => [index, message.content])).toEqual(
      [0, 1].map((index) => [index, saidFor("one two")]),
    );
    const chunks = chunksOf(await world.ask({ ...says("one two"), n: 2, stream: true }));
    for (const index of [0, 1]) {
      const choices = chunks.flatMap(({ choices: all }) => all).filter((choice) => choice.index === index);
      expect(choices.map(({ delta }) => delta?.content ?? "").join("")).toBe(saidFor("one two"));
      expect(choices.filter(({ finish_reason: reason }) => reason !== null)).toHaveLength(1);
    }
  });

  test.runIf(able.has("logprobs"))("how likely each token was is told", async () => {
    await using world = await startWorld(subject, { behaviour: { reply: { text: "one two" } } });
    const request = { ...says("one two"), logprobs: true };
    const [whole] = completionOf(await world.ask(request)).choices;
    const tokens = whole?.logprobs?.content ?? [];
    expect(tokens.map(({ token }) => token).join("")).toBe(saidFor("one two"));
    for (const { logprob } of tokens) expect(logprob).toBeLessThanOrEqual(0);
    const streamed = chunksOf(await world.ask({ ...request, stream: true }))
      .flatMap(({ choices }) => choices.flatMap(({ logprobs }) => logprobs?.content ?? []))
      .map(({ token }) => token);
    expect(streamed.join("")).toBe(saidFor("one two"));
  });

  describe("tools", () => {
    const toolCalls = [
      { id: "call_1", name: "weather", arguments: { city: "Köln" } },
      { id: "call_2", name: "clock", arguments: {} },
    ];
    const request = { ...says("What weather, what time?"), tools: [weather, clock] };

    test.runIf(able.has("tools"))("are called, several at once, whole and streamed", async () => {
      await using world = await startWorld(subject, { behaviour: { reply: { toolCalls } } });
      const [whole] = completionOf(await world.ask(request)).choices;
      const called = whole?.message.tool_calls ?? [];
      expect(whole?.finish_reason).toBe("tool_calls");
      expect(called.map((one) => [one.type, one.function.name, JSON.parse(one.function.arguments)])).toEqual([
        ["function", "weather", { city: "Köln" }],
        ["function", "clock", {}],
      ]);
      const streamed = told(chunksOf(await world.ask({ ...request, stream: true })));
      expect(streamed.finishReasons).toEqual(["tool_calls"]);
      expect(streamed.calls.map((one) => [one.name, JSON.parse(one.arguments)])).toEqual([
        ["weather", { city: "Köln" }],
        ["clock", {}],
      ]);
      for (const calls of [called, streamed.calls]) {
        const ids = calls.map(({ id }) => id);
        expect(ids).not.toContain("");
        expect(new Set(ids).size).toBe(2);
      }
    });

    test.runIf(able.has("tools"))("are told with what they said, each under its call", async () => {
      await using world = await startWorld(subject, { behaviour: { reply: { text: "Rain, noon." } } });
      const messages = [
        ...request.messages,
        {
          role: "assistant",
          content: null,
          tool_calls: toolCalls.map((one) => ({
            id: one.id,
            type: "function",
            function: { name: one.name, arguments: JSON.stringify(one.arguments) },
          })),
        },
        { role: "tool", tool_call_id: "call_1", content: "it rains" },
        { role: "tool", tool_call_id: "call_2", content: "it is noon" },
      ];
      const called = await world.ask({ ...request, messages });
      expect([called.status, called.text.slice(0, 500)]).toMatchObject([200, expect.anything()]);
      const heard = world.server.heard();
      expect(heard.calls).toEqual([
        { name: "weather", arguments: { city: "Köln" } },
        { name: "clock", arguments: {} },
      ]);
      for (const result of ["it rains", "it is noon"]) expect(heard.conversation).toContain(result);
    });

    test.runIf(able.has("tool_choice"))("may be chosen by the caller", async () => {
      await using world = await startWorld(subject, { behaviour: { reply: { text: "one" } } });
      for (const choice of ["auto", "none", { type: "function", function: { name: "clock" } }]) {
        const called = await world.ask({ ...request, tool_choice: choice });
        expect([called.status, called.text.slice(0, 500)]).toMatchObject([200, expect.anything()]);
        expect(world.server.heard().fields.tool_choice ?? "auto").toEqual(choice);
      }
    });

    test.skipIf(able.has("tools") || subject.passesThrough)(
      "of an earlier turn are refused too",
      async () => {
        await using world = await startWorld(subject);
        const messages = [...request.messages, { role: "tool", tool_call_id: "call_1", content: "it rains" }];
        const called = await world.ask({ messages });
        expect(called.status).toBe(400);
        expect(called.text).toContain('"param":"messages[1]');
      },
    );
  });

  test.skipIf(subject.passesThrough && !able.has("images"))(
    "an image arrives, or its part of the message is refused",
    async () => {
      await using world = await startWorld(subject, { behaviour: { reply: { text: "A pixel." } } });
      const image = { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } };
      const messages = [{ role: "user", content: [{ type: "text", text: "What is this?" }, image] }];
      const called = await world.ask({ messages });
      if (able.has("images")) {
        expect([called.status, called.text.slice(0, 500)]).toMatchObject([200, expect.anything()]);
        expect(world.server.heard().images).toEqual([pixel]);
        expect(world.server.heard().conversation).toContain("What is this?");
      } else {
        expect(called.status).toBe(400);
        expect(called.text).toContain('"code":"unsupported"');
        expect(called.text).toContain('"param":"messages[0].content[1]');
      }
    },
  );
}
