import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, waitForService, type Berth } from "../berth-process.ts";
import { fixturePaths, known, launch } from "../demo-models.ts";

let berth: Berth;
beforeAll(async () => {
  berth = await startBerth();
  await waitForService(berth, "pilot");
  await launch(berth, { name: "embedder", image: "embeddings", model: fixturePaths.embeddings });
  await launch(berth, { name: "ranker", image: "rerank", model: fixturePaths.rerank });
});
afterAll(() => berth.dispose());

/** curl as the snippets show it: the key from its file. */
async function curl(path: string, body?: unknown, base = berth.url): Promise<string> {
  const script = `curl -sSN ${base}${path} -H "Authorization: Bearer $(cat ${berth.home}/admin.key)" ${
    body === undefined ? "" : `-H "Content-Type: application/json" -d @-`
  }`;
  const run = promisify(execFile)("sh", ["-c", script]);
  run.child.stdin?.end(body === undefined ? "" : JSON.stringify(body));
  return (await run).stdout;
}

const user = (content: string) => [{ role: "user", content }];

describe("curl", () => {
  test("chats", async () => {
    const reply = JSON.parse(
      await curl("/v1/chat/completions", { model: "pilot", temperature: 0, messages: user(known.question) }),
    ) as unknown;
    expect(reply).toMatchObject({
      object: "chat.completion",
      choices: [{ message: { role: "assistant", content: known.answer }, finish_reason: "stop" }],
    });
  });

  test("streams: role first, finish_reason, usage, [DONE], and nothing after", async () => {
    const text = await curl("/v1/chat/completions", {
      model: "pilot",
      temperature: 0,
      stream: true,
      stream_options: { include_usage: true },
      messages: user(known.question),
    });
    const events = text.split("\n\n").filter((event) => event !== "");
    expect(events.every((event) => event.startsWith("data: "))).toBe(true);
    expect(events.at(-1)).toBe("data: [DONE]");
    const chunks = events
      .slice(0, -1)
      .map(
        (event) => JSON.parse(event.slice("data: ".length)) as { choices: { delta: { content?: string } }[] },
      );
    expect(chunks[0]).toMatchObject({
      object: "chat.completion.chunk",
      choices: [{ delta: { role: "assistant" }, finish_reason: null }],
    });
    expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: "stop" }] });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: expect.any(Number) } });
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe(known.answer);
  });

  test("calls tools and gets JSON", async () => {
    const called = JSON.parse(
      await curl("/v1/chat/completions", {
        model: "pilot",
        temperature: 0,
        tools: [known.tool],
        messages: user(known.toolQuestion),
      }),
    ) as unknown;
    expect(called).toMatchObject({
      choices: [
        {
          finish_reason: "tool_calls",
          message: { tool_calls: [{ type: "function", function: { name: "get_weather" } }] },
        },
      ],
    });
    const json = JSON.parse(
      await curl("/v1/chat/completions", {
        model: "pilot",
        temperature: 0,
        response_format: { type: "json_object" },
        messages: user(known.extraction),
      }),
    ) as { choices: { message: { content: string } }[] };
    expect(JSON.parse(json.choices[0]?.message.content ?? "")).toEqual(known.extracted);
  });

  test("embeds and ranks", async () => {
    const embedded = JSON.parse(await curl("/v1/embeddings", { model: "embedder", input: "harbour" })) as {
      data: { embedding: number[] }[];
    };
    expect(embedded.data[0]?.embedding.length).toBeGreaterThan(1);
    const ranked = JSON.parse(
      await curl("/v1/rerank", {
        model: "ranker",
        query: "ships",
        documents: ["a ship", "a tree", "a harbour"],
        top_n: 2,
      }),
    ) as {
      results: { index: number; relevance_score: number }[];
    };
    expect(ranked.results).toHaveLength(2);
    expect(ranked.results[0]?.relevance_score).toBeGreaterThanOrEqual(
      ranked.results[1]?.relevance_score ?? Infinity,
    );
  });

  test("at a service's own port needs no model", async () => {
    const { port } = await waitForService(berth, "pilot");
    const reply = JSON.parse(
      await curl(
        "/v1/chat/completions",
        { temperature: 0, messages: user(known.question) },
        `http://127.0.0.1:${port}`,
      ),
    ) as unknown;
    expect(reply).toMatchObject({ choices: [{ message: { content: known.answer } }] });
  });

  test("asks for health without a key", async () => {
    expect(JSON.parse(await curl("/healthz"))).toMatchObject({ status: "ok" });
  });
});
