import { describe, expect, test } from "vitest";
import type { CallOptions } from "../../gateway-rig.ts";
import { call, form } from "../../gateway-rig.ts";
import type { EmbeddingList, TextCompletion } from "../../openai/shapes.ts";
import { startWorld } from "./ask-provider.ts";
import type { Ability, ProviderUnderTest } from "./provider-under-test.ts";

const others: readonly [Ability, CallOptions][] = [
  ["completions", { path: "/v1/completions", body: { model: "chat", prompt: "one" } }],
  ["embeddings", { path: "/v1/embeddings", body: { model: "chat", input: "one" } }],
  ["rerank", { path: "/v1/rerank", body: { model: "chat", query: "fox", documents: ["dog", "fox"] } }],
  ["audio", { path: "/v1/audio/transcriptions", ...form({ model: "chat" }) }],
];

/** What it answers beside chats. */
export function describeOperations(subject: ProviderUnderTest, able: ReadonlySet<Ability>): void {
  describe("beside chats", () => {
    test.each(others)("%s are answered, or refused by the model's name", async (ability, options) => {
      await using world = await startWorld(subject, { behaviour: { reply: { text: "one" } } });
      const called = await call(world.rig.port, options);
      if (able.has(ability)) {
        expect([called.status, called.text.slice(0, 500)]).toMatchObject([200, expect.anything()]);
      } else {
        expect(called.status).toBe(400);
        expect(called.text).toContain('"code":"unsupported"');
        expect(called.text).toContain('"param":"model"');
      }
    });

    test.runIf(able.has("completions"))("a text is continued, whole and streamed", async () => {
      await using world = await startWorld(subject, { behaviour: { reply: { text: "two three" } } });
      const request = { prompt: "one", max_tokens: 50, temperature: 0.5 };
      const path = "/v1/completions";
      const whole = JSON.parse((await world.ask(request, { path })).text) as TextCompletion;
      expect(whole).toMatchObject({
        object: "text_completion",
        choices: [{ index: 0, text: "two three", finish_reason: "stop" }],
      });
      expect(world.server.heard()).toMatchObject({
        conversation: "one",
        fields: { max_tokens: 50, temperature: 0.5 },
      });
      const called = await world.ask({ ...request, stream: true }, { path });
      const chunks = [...called.text.matchAll(/^data: (\{.*)$/gm)].map(
        ([, data = ""]) => JSON.parse(data) as TextCompletion,
      );
      const choices = chunks.flatMap((chunk) => chunk.choices);
      expect(choices.map(({ text }) => text).join("")).toBe("two three");
      expect(choices.map(({ finish_reason: reason }) => reason).filter((reason) => reason !== null)).toEqual([
        "stop",
      ]);
      expect(called.text).toMatch(/data: \[DONE\]\n\n$/);
    });

    test.runIf(able.has("embeddings"))("texts become vectors, as numbers and in base64", async () => {
      await using world = await startWorld(subject);
      const path = "/v1/embeddings";
      const input = ["a text", "another"];
      const numbers = JSON.parse((await world.ask({ input }, { path })).text) as EmbeddingList;
      const vectors = numbers.data.map(({ embedding }) => embedding as number[]);
      expect(numbers.data.map(({ index }) => index)).toEqual([0, 1]);
      for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
      const coded = await world.ask({ input, encoding_format: "base64" }, { path });
      const { data } = JSON.parse(coded.text) as EmbeddingList;
      const read = data.map(({ embedding }) => {
        const bytes = Buffer.from(embedding as string, "base64");
        return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
      });
      expect(read).toEqual(vectors.map((vector) => vector.map((value) => expect.closeTo(value, 5))));
    });
  });
}
