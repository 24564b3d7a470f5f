import type { ChatMessage } from "@berth/api";
import type { ChatRequest } from "@berth/api/openai";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { createStore, type Store } from "../state/store.ts";
import { answerMessage, beginAnswer, withChunk, withComment, type Answer } from "./answer.ts";
import { createTurns } from "./turns.ts";

/** An answer that is being written. It goes on when its page is left, and is there when one comes back. */
export interface LiveAnswer {
  /** The id that its message will have. */
  readonly id: string;
  readonly model: string;
  readonly answer: Store<Answer>;
  readonly stop: () => void;
}

export interface StreamedAnswer {
  readonly live: LiveAnswer;
  /** What it would be if the page were left now. */
  readonly soFar: () => ChatMessage;
  /** The answer as a message, whole, stopped or broken. It never rejects. */
  readonly message: Promise<ChatMessage>;
}

let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
  // a page that stays after all (the link was a file to download) goes on as before
  setTimeout(() => (leaving = false), 2000);
});

/**
 * A browser opens six connections to a server, but where it speaks HTTP/2. One hears of changes and one is left for all
 * else, or the console would stand still until an answer is done.
 */
const turns = createTurns(sharesConnections() ? Infinity : 4);

/** Asks as soon as the browser has a connection for it. Readers of the live answer are told of what has come once a frame. */
export function streamAnswer(model: string, request: ChatRequest): StreamedAnswer {
  const stopping = new AbortController();
  const given = { id: crypto.randomUUID(), model, createdAt: Date.now() };
  const live: LiveAnswer = {
    id: given.id,
    model,
    answer: createStore(beginAnswer(performance.now())),
    stop: () => stopping.abort(new Error("stopped")),
  };
  let answer = live.answer.get();
  const { tell, settle } = oncePerFrame(() => live.answer.set(answer));
  const hear = (comment: string): void => {
    answer = withComment(answer, comment);
    tell();
  };
  const end = async (): Promise<{ finishReason?: string; error?: string }> => {
    let leave: (() => void) | undefined;
    try {
      leave = await turns.enter(stopping.signal, () => hear("waits until another answer is done"));
      answer = beginAnswer(performance.now());
      tell();
      const stream = client.streamChatCompletion(request, {
        signal: stopping.signal,
        onComment: hear,
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
    } finally {
      leave?.();
    }
  };
  return {
    live,
    soFar: () => answerMessage(answer, given, { finishReason: "interrupted" }),
    message: end().then((ended) => {
      settle();
      return answerMessage(answer, given, ended);
    }),
  };
}

function sharesConnections(): boolean {
  const [arrival] = performance.getEntriesByType("navigation");
  return /^h[23]/.test((arrival as PerformanceNavigationTiming | undefined)?.nextHopProtocol ?? "");
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
