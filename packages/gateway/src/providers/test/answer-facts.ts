import { describe, expect, test } from "vitest";
import { eventually } from "../../gateway-rig.ts";
import { chunksOf, completionOf, reasoningOf, says, startWorld, told } from "./ask-provider.ts";
import type { Ability, Behaviour, ProviderUnderTest } from "./provider-under-test.ts";

const words = "Grüße 🚀 from 日本, said in one go";

/** What comes back. */
export function describeAnswers(subject: ProviderUnderTest, able: ReadonlySet<Ability>): void {
  const { says: saidFor = (text: string) => text } = subject;

  test("a chat is answered whole and as a stream, with the model's own text", async () => {
    await using world = await startWorld(subject, { behaviour: { reply: { text: words } } });
    const whole = completionOf(await world.ask(says(words)));
    expect(whole).toMatchObject({
      object: "chat.completion",
      choices: [{ index: 0, message: { role: "assistant", content: saidFor(words) }, finish_reason: "stop" }],
    });
    const called = await world.ask({ ...says(words), stream: true });
    expect(called).toMatchObject({ status: 200, complete: true });
    expect(called.headers["content-type"]).toMatch(/^text\/event-stream/);
    const chunks = chunksOf(called);
    const roles = chunks.flatMap(({ choices }) => choices.map((choice) => choice.delta?.role));
    expect(roles.find((role) => role !== undefined)).toBe("assistant");
    expect(told(chunks)).toMatchObject({ content: saidFor(words), finishReasons: ["stop"] });
    expect(world.rig.reported).toEqual([]);
  });

  test("however the bytes are cut, also within a letter, the text is the same", async () => {
    const fault = { kind: "pieces", pieceBytes: 1 } as const;
    await using world = await startWorld(subject, { behaviour: { reply: { text: words }, fault } });
    expect(completionOf(await world.ask(says(words))).choices[0]?.message.content).toBe(saidFor(words));
    expect(told(chunksOf(await world.ask({ ...says(words), stream: true }))).content).toBe(saidFor(words));
  });

  test("a system prompt and the turns before arrive, in their order", async () => {
    await using world = await startWorld(subject, { behaviour: { reply: { text: "last" } } });
    const messages = [
      { role: "system", content: "You are a lighthouse." },
      { role: "user", content: "What are you?" },
      { role: "assistant", content: "A lighthouse." },
      { role: "user", content: "last" },
    ];
    expect((await world.ask({ messages })).status).toBe(200);
    const { conversation } = world.server.heard();
    const places = messages.map(({ content }) => conversation.indexOf(content));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  describe("what it cost", () => {
    test.runIf(able.has("usage"))("is written down, and told where it is asked for", async () => {
      await using world = await startWorld(subject, { behaviour: { reply: { text: "one two" } } });
      const { usage } = completionOf(await world.ask(says("one two")));
      expect(usage?.prompt_tokens).toBeGreaterThan(0);
      expect(usage?.completion_tokens).toBeGreaterThan(1);
      expect(usage?.total_tokens).toBe((usage?.prompt_tokens ?? 0) + (usage?.completion_tokens ?? 0));
      const silent = chunksOf(await world.ask({ ...says("one two"), stream: true }));
      expect(told(silent).usage ?? undefined).toBeUndefined();
      const asking = { stream: true, stream_options: { include_usage: true } };
      const counted = chunksOf(await world.ask({ ...says("one two"), ...asking }));
      expect(counted.at(-1)?.usage).toMatchObject({
        prompt_tokens: usage?.prompt_tokens,
        completion_tokens: usage?.completion_tokens,
      });
      await eventually(() => world.rig.usage.length === 3, "all are recorded");
      for (const { tokens, tokensFrom } of world.rig.usage) {
        expect(tokensFrom).toBe("upstream");
        expect([tokens.inputTokens, tokens.outputTokens]).toEqual([
          usage?.prompt_tokens,
          usage?.completion_tokens,
        ]);
      }
    });

    const recorded = async (reply: NonNullable<Behaviour["reply"]>, stream: boolean) => {
      await using world = await startWorld(subject, { behaviour: { reply } });
      await world.ask({ ...says("one two"), stream });
      return (await eventually(() => world.rig.usage[0], "it is recorded")).tokens;
    };

    test.runIf(able.has("usage of cached input")).each([false, true])(
      "holds what was cached of the input; streamed: %s",
      async (stream) => {
        const tokens = await recorded({ text: "one two", cachedTokens: 1 }, stream);
        expect(tokens.cachedTokens).toBe(1);
      },
    );

    test.runIf(able.has("usage of reasoning")).each([false, true])(
      "holds what was thought; streamed: %s",
      async (stream) => {
        const tokens = await recorded({ text: "one two", reasoning: "so it is" }, stream);
        expect(tokens.reasoningTokens).toBe(3);
        expect(tokens.outputTokens).toBeGreaterThanOrEqual(5);
      },
    );
  });

  describe("an answer ends", () => {
    const endOf = async (behaviour: Behaviour, request: object): Promise<[string, string]> => {
      const text = behaviour.reply?.text ?? "";
      await using world = await startWorld(subject, { behaviour });
      const [whole] = completionOf(await world.ask({ ...says(text), ...request })).choices;
      const streamed = told(chunksOf(await world.ask({ ...says(text), ...request, stream: true })));
      expect(streamed.finishReasons).toEqual([whole?.finish_reason]);
      expect(streamed.content).toBe(whole?.message.content ?? "");
      return [whole?.finish_reason ?? "", streamed.content];
    };

    test.runIf(able.has("max_tokens"))("for its length", async () => {
      const text = "one two three four five six seven eight nine ten eleven twelve";
      const [reason, content] = await endOf({ reply: { text } }, { max_tokens: 4 });
      expect(reason).toBe("length");
      expect(content).not.toBe("");
      expect(saidFor(text).startsWith(content)).toBe(true);
      expect(content.length).toBeLessThan(saidFor(text).length);
    });

    test.runIf(able.has("stop"))("before a stop string, which is no part of it", async () => {
      const text = "one two ### three";
      const [reason, content] = await endOf({ reply: { text } }, { stop: ["###"] });
      expect([reason, content]).toEqual(["stop", saidFor(text).slice(0, saidFor(text).indexOf("###"))]);
    });

    test.runIf(able.has("content filter"))("because it was filtered", async () => {
      const [reason] = await endOf({ reply: { text: "one", filtered: true } }, {});
      expect(reason).toBe("content_filter");
    });
  });

  test.runIf(able.has("reasoning"))("what the model thought is told apart from what it says", async () => {
    await using world = await startWorld(subject, {
      behaviour: { reply: { text: "one two", reasoning: "so it is" } },
    });
    const [whole] = completionOf(await world.ask(says("one two"))).choices;
    expect(whole?.message.content).toBe("one two");
    expect(reasoningOf(whole?.message ?? {})).toBe("so it is");
    const streamed = told(chunksOf(await world.ask({ ...says("one two"), stream: true })));
    expect(streamed).toMatchObject({ content: "one two", reasoning: "so it is" });
  });
}
