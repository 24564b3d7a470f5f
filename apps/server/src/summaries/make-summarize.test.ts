import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createSummarySchema, type SummaryEvent } from "@berth/api";
import { readEvents } from "@berth/client";
import { LimitBook, type Principal } from "@berth/gateway";
import { systemClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { makeSummarize } from "./make-summarize.ts";

const readerEntry = join(import.meta.dirname, "../../../../packages/summarize/src/documents/reader-main.ts");
const never = new AbortController().signal;
const principal: Principal = {
  keyId: "k",
  scopes: ["inference"],
  models: null,
  limits: {},
  logBodies: false,
};
const caller = { authorization: "Bearer sk-berth-mine", "x-forwarded-for": "10.0.0.1", accept: "*/*" };

interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** An inference API that answers every chat with what `answer` makes of its number, and what it was asked. */
async function startInference(answer: (chat: number) => string) {
  const asked: Asked[] = [];
  let chats = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (piece: Buffer) => (body += piece.toString()));
    request.on("end", () => {
      const path = request.url ?? "";
      asked.push({ path, headers: request.headers, body });
      if (path.startsWith("/v1/models/"))
        return response.end(JSON.stringify({ id: "pilot", context_length: 1_024 }));
      if (path === "/tokenize") {
        const { content } = JSON.parse(body) as { content: string };
        return response.end(JSON.stringify({ tokens: content.split(" ") }));
      }
      response.writeHead(200, { "content-type": "text/event-stream" });
      return response.end(answer(chats++));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const said = (text: string): string =>
  [
    { choices: [{ index: 0, delta: { content: text } }] },
    { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { choices: [], usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } },
  ]
    .map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)
    .concat("data: [DONE]\n\n")
    .join("");

async function summarize(url: string, body: object, headers: IncomingMessage["headers"] = caller) {
  const make = makeSummarize({ readerEntry, clock: systemClock, limits: new LimitBook(), url: () => url });
  const events: SummaryEvent[] = [];
  const given = createSummarySchema.parse({ model: "pilot", ...body });
  const stream = await make(given, { principal, headers }, { requestId: "req-1", signal: never });
  for await (const { data } of readEvents(stream)) events.push(JSON.parse(data) as SummaryEvent);
  return events;
}

const note = { name: "note.txt", text: "Ships lie still. ".repeat(400) };

test("files and texts are read, and the model is called as the caller", async () => {
  await using inference = await startInference((chat) => said(`Answer ${chat}.`));
  const file = new File([note.text], "a.txt");
  const events = await summarize(inference.url, { file: [file], texts: [note] });
  const last = events.at(-1);
  expect(last).toMatchObject({
    type: "done",
    text: expect.stringMatching(/^Answer \d\.$/) as string,
    sources: [{ file: "a.txt" }, { file: "note.txt" }],
    tokenCount: "exact",
    usage: { promptTokens: 7 * inference.asked.filter(({ path }) => path === "/v1/chat/completions").length },
  });
  for (const { headers } of inference.asked) {
    expect(headers.authorization).toBe(caller.authorization);
    expect(headers["x-forwarded-for"]).toBeUndefined();
  }
  const ids = inference.asked.map(({ headers }) => headers["x-request-id"]);
  expect([new Set(ids).size, ids[0]]).toEqual([ids.length, "req-1.1"]);
});

test("a console's session is shown whole", async () => {
  await using inference = await startInference(() => said("Fine."));
  const session = { cookie: "berth_session=abc", "x-berth-csrf": "def" };
  await summarize(inference.url, { texts: [{ name: "a", text: "Ships." }] }, session);
  for (const { headers } of inference.asked) expect(headers).toMatchObject(session);
});

test("what goes wrong on the way is the last event", async () => {
  const error = { message: "the engine died", code: "forbidden" };
  await using inference = await startInference(() => `data: ${JSON.stringify({ error })}\n\n`);
  expect((await summarize(inference.url, { texts: [note] })).at(-1)).toMatchObject({
    error: { code: "forbidden", message: expect.stringMatching(/^note.txt: the engine died/) as string },
  });
});

test("what is wrong at once is an error, before anything is read", async () => {
  await expect(summarize("http://127.0.0.1:1", { texts: [note] })).rejects.toMatchObject({
    code: "upstream_failed",
  });
});

test("a key has one reading at a time, and none when its limits are used up", async () => {
  await using inference = await startInference(() => said("Fine."));
  const limits = new LimitBook();
  const make = makeSummarize({ readerEntry, clock: systemClock, limits, url: () => inference.url });
  const given = createSummarySchema.parse({ model: "pilot", texts: [note] });
  const ask = (who: Principal) =>
    make(given, { principal: who, headers: caller }, { requestId: "req-1", signal: never });
  const [one, two] = await Promise.allSettled([ask(principal), ask(principal)]);
  expect([one.status, two.status].toSorted()).toEqual(["fulfilled", "rejected"]);
  const refused = one.status === "rejected" ? one : two;
  expect(refused).toMatchObject({ reason: { code: "too_many_waiting" } });
  // it is let go, and takes no place among those that are under way
  const limited = { ...principal, keyId: "limited", limits: { parallel: 1, requestsPerMinute: 1 } };
  limits.setLimits("limited", limited.limits, systemClock.now());
  await ask(limited);
  await expect(ask(limited)).rejects.toMatchObject({ code: "rate_limited" });
  await expect(ask({ ...principal, scopes: ["admin", "inference"] })).resolves.toBeDefined();
});
