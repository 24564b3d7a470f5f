import type { Conversation } from "@berth/api";
import type { QueryClient } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { failureOf, isConnectionFailure } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { toast } from "../parts/toasts.ts";

const retryMs = 3000;

/** What waits to be saved, newest only, and which saves are on their way: one at a time for each chat. */
const waiting = new Map<string, Conversation>();
const saving = new Set<string>();

export function conversationKey(id: string): readonly string[] {
  return [...queryKeys.oneConversation, id];
}

/** The conversation as this page has it. */
export function currentConversation(queries: QueryClient, id: string): Conversation | undefined {
  return queries.getQueryData<Conversation>(conversationKey(id));
}

/** Changes the conversation here at once and on the server as soon as it can be. */
export function changeConversation(
  queries: QueryClient,
  id: string,
  change: (conversation: Conversation) => Conversation,
): Conversation | undefined {
  const now = currentConversation(queries, id);
  if (now === undefined) return undefined;
  const next = { ...change(now), updatedAt: Date.now() };
  queries.setQueryData(conversationKey(id), next);
  queries.setQueryData<Conversation[]>(queryKeys.conversations, (list) =>
    list?.map((one) => (one.id === id ? { ...one, title: next.title, updatedAt: next.updatedAt } : one)),
  );
  saveConversation(next);
  return next;
}

/** Saves on the server without changing what the page shows: for answers that are still being written. */
export function saveConversation(conversation: Conversation): void {
  waiting.set(conversation.id, conversation);
  void drain(conversation.id);
}

/** Forgets what waits: the chat is being deleted. */
export function dropSaves(id: string): void {
  waiting.delete(id);
}

async function drain(id: string): Promise<void> {
  if (saving.has(id)) return;
  saving.add(id);
  try {
    for (let next = take(id); next !== undefined; next = take(id)) await save(next);
  } finally {
    saving.delete(id);
  }
}

async function save(conversation: Conversation): Promise<void> {
  const { id, title, model, systemPrompt, parameters, messages } = conversation;
  try {
    const body = { title, model, systemPrompt, parameters, messages };
    await client.updateConversation({ params: { id }, body });
  } catch (error) {
    if (!isConnectionFailure(error)) {
      toast({ title: `This chat was not saved: ${failureOf(error).message}` });
      return;
    }
    // the banner tells of the lost connection; what was said is kept until the server is back
    await new Promise((resolve) => setTimeout(resolve, retryMs));
    if (!waiting.has(id)) waiting.set(id, conversation);
  }
}

function take(id: string): Conversation | undefined {
  const next = waiting.get(id);
  waiting.delete(id);
  return next;
}
