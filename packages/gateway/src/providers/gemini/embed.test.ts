import { expect, test } from "vitest";
import { embed } from "./embed.ts";

const vectors = (count: number) => ({
  embeddings: Array.from({ length: count }, () => ({ values: [0.5, -2] })),
});

test("texts are embedded a hundred at once, in the form that was asked for", async () => {
  const sent: { requests: unknown[] }[] = [];
  const input = Array.from({ length: 101 }, (_, index) => `text ${index}`);
  const list = await embed(
    { model: "asked", input, dimensions: 2, encoding_format: "base64" },
    "models/e",
    async (body) => {
      const { requests } = body as { requests: unknown[] };
      sent.push({ requests });
      return { ...vectors(requests.length), usageMetadata: { promptTokenCount: requests.length } };
    },
  );
  expect(sent.map(({ requests }) => requests.length)).toEqual([100, 1]);
  expect(sent[1]?.requests).toEqual([
    { model: "models/e", content: { parts: [{ text: "text 100" }] }, outputDimensionality: 2 },
  ]);
  expect(list).toMatchObject({
    object: "list",
    model: "asked",
    usage: { prompt_tokens: 101, total_tokens: 101 },
  });
  expect(list.data[100]).toEqual({ object: "embedding", index: 100, embedding: "AAAAPwAAAMA=" });
});

test("models that do not tell what they read leave it out", async () => {
  expect(await embed({ model: "asked", input: "a" }, "models/e", async () => vectors(1))).toEqual({
    object: "list",
    model: "asked",
    data: [{ object: "embedding", index: 0, embedding: [0.5, -2] }],
  });
});

test("tokens are refused by their name, and fewer embeddings than texts are a failure", async () => {
  const asking = (input: unknown) => embed({ input }, "models/e", async () => vectors(1));
  await expect(asking([1, 2])).rejects.toMatchObject({ code: "unsupported", param: "input" });
  await expect(asking(["a", "b"])).rejects.toMatchObject({ kind: "failed" });
});
