import type { ChatMessage, Conversation } from "@berth/api";
import type { QueryClient } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { createStore, type Store } from "../state/store.ts";
import { answerMessage, beginAnswer, withChunk, withComment, type Answer } from "./answer.ts";
import { chatRequest } from "./conversation.ts";
import { changeConversation, currentConversation, saveConversation } from "./save-conversation.ts";

/** An answer that is being written. It goes on when its page is left, and is there when one comes back. */
export interface LiveAnswer {
  /** The id that its message will have. */
  readonly id: string;
  readonly model: string;
  readonly answer: Store<Answer>;
  readonly stop: () => void;
}

/** The running answers, by conversation: one each. */
export const liveAnswers = createStore<ReadonlyMap<string, LiveAnswer>>(new Map());

let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
  // a page that stays after all (the link was a file to download) goes on as before
  setTimeout(() => (leaving = false), 2000);
});

/** What was written so far is saved this often, so that a reload loses little. */
const checkpointMs = 3000;

/** Answers the conversation's last message. The answer, whole, stopped or broken, becomes its next message. */
export async function answerConversation(queries: QueryClient, conversation: Conversation): Promise<void> {
  const { id: conversationId, model } = conversation;
  if (model === null || liveAnswers.get().has(conversationId)) return;
  const stopping = new AbortController();
  const given = { id: crypto.randomUUID(), model, createdAt: Date.now() };
  const live: LiveAnswer = {
    id: given.id,
    model,
    answer: createStore(beginAnswer(performance.now())),
    stop: () => stopping.abort(new Error("stopped")),
  };
  liveAnswers.set(new Map(liveAnswers.get()).set(conversationId, live));

  let answer = live.answer.get();
  const { tell, settle } = oncePerFrame(() => live.answer.set(answer));
  const checkpoint = setInterval(() => {
    const now = currentConversation(queries, conversationId);
    const message = answerMessage(answer, given, { finishReason: "interrupted" });
    if (now !== undefined) saveConversation({ ...now, messages: [...now.messages, message] });
  }, checkpointMs);
  const end = await (async () => {
    try {
      const stream = client.streamChatCompletion(chatRequest(conversation), {
        signal: stopping.signal,
        onComment: (text) => {
          answer = withComment(answer, text);
          tell();
        },
      });
      for await (const chunk of stream) {
        answer = withChunk(answer, chunk, performance.now());
        tell();
      }
      return {};
    } catch (error) {
      if (stopping.signal.aborted) return { finishReason: "stopped" };
      // a page that is left breaks its own streams: that is nobody's failure
      return leaving ? { finishReason: "interrupted" } : { error: failureOf(error).message };
    }
  })();
  clearInterval(checkpoint);
  settle();
  finish(queries, conversationId, answerMessage(answer, given, end));
}

function finish(queries: QueryClient, conversationId: string, message: ChatMessage): void {
  changeConversation(queries, conversationId, (now) => ({ ...now, messages: [...now.messages, message] }));
  const rest = new Map(liveAnswers.get());
  rest.delete(conversationId);
  // the cache tells its readers a moment later than this store: the message stands there before the answer goes
  setTimeout(() => liveAnswers.set(rest), 0);
}

/** Calls `run` at most once a frame, however often it is told to; `settle` forgets a call that has not come yet. */
function oncePerFrame(run: () => void): { tell: () => void; settle: () => void } {
  let frame: number | undefined;
  return {
    tell: () => {
      frame ??= requestAnimationFrame(() => {
        frame = undefined;
        run();
      });
    },
    settle: () => {
      if (frame !== undefined) cancelAnimationFrame(frame);
      frame = undefined;
    },
  };
}
