import { readSse } from "@berth/std/sse-reader";
import { parseAnswer } from "../translated-answer.ts";
import type { GradioApp, GradioFunction } from "./gradio-app.ts";
import type { GradioClient } from "./gradio-client.ts";
import { appFailure, broken } from "./gradio-failure.ts";
import { answersIn, type Outputs, type QueueMessage, readMessage } from "./queue-messages.ts";

export interface FunctionRun {
  readonly app: GradioApp;
  readonly called: GradioFunction;
  readonly data: Outputs;
  /** Under which the app knows whoever calls. */
  readonly session: string;
}

/**
 * Runs a function, in the words of the app's version: yields what it has answered so far, each time whole, the last one
 * at last. Whoever leaves before that cancels it there.
 */
export async function* runFunction(client: GradioClient, run: FunctionRun): AsyncGenerator<Outputs> {
  const { app, called } = run;
  if (!called.isQueued) return yield await runDirectly(client, run);
  switch (app.protocol) {
    case "ws":
      return yield* runOverSocket(client, run);
    case "sse":
      return yield* runAsked(client, run);
    case "sse_v1":
    case "sse_v2":
    case "sse_v2.1":
    case "sse_v3":
      return yield* runJoined(client, run);
    case "call":
      return yield* runSimply(client, run);
  }
}

async function runDirectly(
  client: GradioClient,
  { app, called, data, session }: FunctionRun,
): Promise<Outputs> {
  const path = `${app.prefix}/run/${encodeURIComponent(called.name ?? "predict")}`;
  const answer = await client.sendJson("POST", path, { data, fn_index: called.index, session_hash: session });
  if (!Array.isArray(answer["data"])) throw appFailure(answer["error"]);
  return answer["data"];
}

/** Gradio 3: a socket for each call. */
async function* runOverSocket(client: GradioClient, run: FunctionRun): AsyncGenerator<Outputs> {
  const { app, called, data, session } = run;
  const hash = { fn_index: called.index, session_hash: session };
  await using socket = await client.openSocket(`${app.prefix}/queue/join`);
  async function* answered(): AsyncGenerator<QueueMessage> {
    for await (const text of socket.messages) {
      const message = readMessage(text);
      if (message["msg"] === "send_hash") socket.send(JSON.stringify(hash));
      else if (message["msg"] === "send_data")
        socket.send(JSON.stringify({ ...hash, data, event_data: null }));
      else yield message;
    }
  }
  yield* untilOver(answersIn(answered(), { edits: false }), () =>
    client.farewell(`${app.prefix}/reset`, hash),
  );
}

/** Gradio 4.0: a stream for each call, which asks for the inputs. */
async function* runAsked(client: GradioClient, run: FunctionRun): AsyncGenerator<Outputs> {
  const { app, called, data, session } = run;
  const hash = { fn_index: called.index, session_hash: session };
  const query = new URLSearchParams({ fn_index: String(called.index), session_hash: session }).toString();
  const answer = await client.send("GET", `${app.prefix}/queue/join?${query}`);
  let id: unknown;
  async function* answered(): AsyncGenerator<QueueMessage> {
    for await (const message of messagesOf(answer.body)) {
      if (message["msg"] === "send_data") {
        id = message["event_id"];
        const body = { ...hash, data, event_id: id, event_data: null };
        await (await client.send("POST", `${app.prefix}/queue/data`, body)).text();
      } else yield message;
    }
  }
  yield* untilOver(answersIn(answered(), { edits: false }), () => cancel(client, run, id));
}

/** Gradio 4.4 and later: one stream for all calls of a session, of which there is one here. */
async function* runJoined(client: GradioClient, run: FunctionRun): AsyncGenerator<Outputs> {
  const { app, called, data, session } = run;
  const body = { data, fn_index: called.index, session_hash: session, event_data: null, trigger_id: null };
  const { event_id: id } = await client.sendJson("POST", `${app.prefix}/queue/join`, body);
  async function* answers(): AsyncGenerator<Outputs> {
    const query = new URLSearchParams({ session_hash: session }).toString();
    const answer = await client.send("GET", `${app.prefix}/queue/data?${query}`);
    yield* answersIn(messagesOf(answer.body), { edits: app.protocol !== "sse_v1" });
  }
  yield* untilOver(answers(), () => cancel(client, run, id));
}

/** The documented way, for those without a client of Gradio's: it tells little of errors. */
async function* runSimply(client: GradioClient, run: FunctionRun): AsyncGenerator<Outputs> {
  const { app, called, data } = run;
  if (called.name === undefined) throw broken("the function has no name to call it by");
  const path = `${app.prefix}/call/${encodeURIComponent(called.name)}`;
  const { event_id: id } = await client.sendJson("POST", path, { data });
  async function* answers(): AsyncGenerator<Outputs> {
    const answer = await client.send("GET", `${path}/${encodeURIComponent(String(id))}`);
    for await (const { event, data: text } of readSse(answer.body)) {
      if (event === "error") throw appFailure(errorOf(text));
      if (event !== "generating" && event !== "complete") continue;
      const outputs = parseAnswer(text);
      if (Array.isArray(outputs)) yield outputs;
      if (event === "complete") return;
    }
    throw broken("the app's stream ended before its last event");
  }
  // its session is its id
  yield* untilOver(answers(), () => cancel(client, { ...run, session: String(id) }, id));
}

/** `null`, a text, or an object that holds one. */
function errorOf(text: string): unknown {
  const said = text.startsWith("{") ? readMessage(text)["error"] : text.replace(/^"(.*)"$/s, "$1");
  return said === "null" ? undefined : said;
}

async function* messagesOf(body: AsyncIterable<Buffer>): AsyncGenerator<QueueMessage> {
  for await (const { data } of readSse(body)) yield readMessage(data);
}

async function* untilOver(answers: AsyncGenerator<Outputs>, leave: () => void): AsyncGenerator<Outputs> {
  let isOver = false;
  try {
    yield* answers;
    isOver = true;
  } finally {
    if (!isOver) leave();
  }
}

function cancel(client: GradioClient, { app, called, session }: FunctionRun, id: unknown): void {
  const [major, minor] = app.version;
  if (id === undefined) return;
  // before, to reset was to cancel
  if (major < 4 || (major === 4 && minor < 44)) client.farewell(`${app.prefix}/reset`, { event_id: id });
  else
    client.farewell(`${app.prefix}/cancel`, { session_hash: session, fn_index: called.index, event_id: id });
}
