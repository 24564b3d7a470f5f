import type { ChatMessage, Conversation } from "@berth/api";
import type { QueryClient } from "@tanstack/react-query";
import { createStore } from "../state/store.ts";
import { chatRequest } from "./conversation.ts";
import { changeConversation, currentConversation, saveConversation } from "./save-conversation.ts";
import { streamAnswer, type LiveAnswer } from "./stream-answer.ts";

/** The running answers, by conversation: one each. */
export const liveAnswers = createStore<ReadonlyMap<string, LiveAnswer>>(new Map());

/** What was written so far is saved this often, so that a reload loses little. */
const checkpointMs = 3000;

/** Answers the conversation's last message. The answer, whole, stopped or broken, becomes its next message. */
export async function answerConversation(queries: QueryClient, conversation: Conversation): Promise<void> {
  const { id: conversationId, model } = conversation;
  if (model === null || liveAnswers.get().has(conversationId)) return;
  const { live, soFar, message } = streamAnswer(model, chatRequest(conversation));
  liveAnswers.set(new Map(liveAnswers.get()).set(conversationId, live));
  const checkpoint = setInterval(() => {
    const now = currentConversation(queries, conversationId);
    if (now !== undefined) saveConversation({ ...now, messages: [...now.messages, soFar()] });
  }, checkpointMs);
  const done = await message;
  clearInterval(checkpoint);
  finish(queries, conversationId, done);
}

function finish(queries: QueryClient, conversationId: string, message: ChatMessage): void {
  changeConversation(queries, conversationId, (now) => ({ ...now, messages: [...now.messages, message] }));
  const rest = new Map(liveAnswers.get());
  rest.delete(conversationId);
  // the cache tells its readers a moment later than this store: the message stands there before the answer goes
  setTimeout(() => liveAnswers.set(rest), 0);
}
