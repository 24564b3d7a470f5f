import { StopStrings } from "@berth/std/stop-strings";
import type { ChatChunk, FinishReason, TextCompletion, Usage } from "../openai/shapes.ts";
import { type ChatFrame, chatFrame, chunkOf, completionOf, usageChunkOf } from "./chat-frame.ts";
import type { ProviderAnswer, UpstreamCall } from "./provider.ts";

/** What a server says that answers with a text: pieces of it, and one end. */
export type TextEvent = { readonly kind: "text"; readonly text: string } | TextEnd;

export interface TextEnd {
  readonly kind: "end";
  readonly finish: FinishReason;
  readonly usage?: Usage | undefined;
}

export interface TextAnswerOptions {
  /** The answer is cut where the first of them begins, whatever the server does with them. */
  readonly stops: readonly string[];
  /** One that comes first is no part of the answer. */
  readonly spaceBeforeAnswer?: boolean;
}

/**
 * Makes an answer in OpenAI's form of a text that comes in pieces. The events are left early, and with that the server,
 * when a stop string has come or nobody reads on.
 */
export async function answerText(
  call: UpstreamCall,
  events: AsyncGenerator<TextEvent>,
  options: TextAnswerOptions,
): Promise<ProviderAnswer> {
  const { id, ...frame } = chatFrame(call, undefined);
  const writer =
    call.operation === "chat"
      ? chatWriter({ id, ...frame })
      : textWriter({ id: id.replace("chat", ""), ...frame });
  const cut = cutEvents(events, options);
  if (!call.stream) {
    let text = "";
    let end: TextEnd | undefined;
    for await (const event of cut) {
      if (event.kind === "text") text += event.text;
      else end = event;
    }
    return { kind: "whole", body: writer.whole(text, end) };
  }
  const first = await cut.next();
  return { kind: "stream", chunks: streamed(first, cut, writer) };
}

async function* streamed(
  first: IteratorResult<TextEvent>,
  others: AsyncGenerator<TextEvent>,
  writer: Writer,
): AsyncGenerator<ChatChunk | TextCompletion> {
  try {
    yield* writer.begin();
    for (let next = first; next.done !== true; next = await others.next()) {
      const event = next.value;
      if (event.kind === "text") yield writer.piece(event.text);
      else {
        yield writer.finish(event.finish);
        if (event.usage !== undefined) yield writer.usage(event.usage);
      }
    }
  } finally {
    await others.return(undefined);
  }
}

/** No empty texts, nothing behind a stop string, and the end last. */
async function* cutEvents(
  events: AsyncGenerator<TextEvent>,
  { stops, spaceBeforeAnswer = false }: TextAnswerOptions,
): AsyncGenerator<TextEvent> {
  const cutter = new StopStrings(stops);
  let atStart = spaceBeforeAnswer;
  for await (const event of events) {
    if (event.kind === "end") {
      const rest = cutter.end({ dropBegun: event.finish === "stop" });
      if (rest !== "") yield { kind: "text", text: rest };
      yield event;
      return;
    }
    const said = atStart ? event.text.replace(/^ /, "") : event.text;
    if (event.text !== "") atStart = false;
    const { text, stopped } = cutter.push(said);
    if (text !== "") yield { kind: "text", text };
    if (stopped) {
      yield { kind: "end", finish: "stop" };
      return;
    }
  }
}

interface Writer {
  whole(text: string, end: TextEnd | undefined): Extract<ProviderAnswer, { kind: "whole" }>["body"];
  begin(): readonly ChatChunk[];
  piece(text: string): ChatChunk | TextCompletion;
  finish(finish: FinishReason): ChatChunk | TextCompletion;
  usage(usage: Usage): ChatChunk | TextCompletion;
}

function chatWriter(frame: ChatFrame): Writer {
  return {
    whole: (content, end) =>
      completionOf(
        frame,
        [{ index: 0, message: { role: "assistant", content }, finish_reason: end?.finish ?? "stop" }],
        end?.usage,
      ),
    begin: () => [chunkOf(frame, { role: "assistant", content: "" })],
    piece: (content) => chunkOf(frame, { content }),
    finish: (finish) => chunkOf(frame, { content: "" }, { finish }),
    usage: (usage) => usageChunkOf(frame, usage),
  };
}

function textWriter(frame: ChatFrame): Writer {
  const written = (choices: TextCompletion["choices"], usage?: Usage): TextCompletion => ({
    ...frame,
    object: "text_completion",
    choices,
    ...(usage === undefined ? {} : { usage }),
  });
  const choice = (text: string, finish: FinishReason | null): TextCompletion["choices"] => [
    { index: 0, text, finish_reason: finish, logprobs: null },
  ];
  return {
    whole: (text, end) => written(choice(text, end?.finish ?? "stop"), end?.usage),
    begin: () => [],
    piece: (text) => written(choice(text, null)),
    finish: (finish) => written(choice("", finish)),
    usage: (usage) => written([], usage),
  };
}
