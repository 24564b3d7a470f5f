import type { ChatMessage, Conversation } from "@berth/api";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { client } from "../api/client.ts";
import { conversationQuery, queryKeys } from "../api/queries.ts";
import { toast } from "../parts/toasts.ts";
import { useStore } from "../state/store.ts";
import { readStored, writeStored } from "../state/stored.ts";
import { before, resultMessage, titleOf, unanswered, userMessage, type ToolResult } from "./conversation.ts";
import { answerConversation, liveAnswers } from "./live-answers.ts";
import { readAnswerSettings, readParameters, saveParameters, type AnswerSettings } from "./parameters.ts";
import { changeConversation, conversationKey } from "./save-conversation.ts";
import type { LiveAnswer } from "./stream-answer.ts";

/** What a chat is asked with. It belongs to the conversation, or to the next one that begins. */
export interface ChatSettings extends AnswerSettings {
  readonly model: string | undefined;
}

export interface Chat {
  readonly conversation: Conversation | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly settings: ChatSettings;
  readonly live: LiveAnswer | undefined;
  readonly changeSettings: (change: Partial<ChatSettings>) => void;
  /** Rejects when a new chat could not be begun; the words are then still the sender's. */
  readonly send: (text: string) => Promise<void>;
  readonly answerAgain: () => void;
  readonly edit: (messageId: string, text: string) => void;
  readonly giveResults: (results: readonly ToolResult[]) => void;
}

/** One conversation, or the beginning of one, and everything that can be done with it. */
export function useChat(id: string | undefined, wantedModel: string | undefined): Chat {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({ ...conversationQuery(id ?? ""), enabled: id !== undefined });
  const conversation = id === undefined ? undefined : data;
  const [draft, setDraft] = useState<ChatSettings>(() => ({
    ...readStored("chat-draft", readAnswerSettings),
    model: undefined,
  }));
  const live = useStore(liveAnswers).get(id ?? "");

  const settings = useMemo<ChatSettings>(
    () =>
      conversation === undefined
        ? { ...draft, model: wantedModel ?? draft.model }
        : {
            model: conversation.model ?? undefined,
            systemPrompt: conversation.systemPrompt,
            parameters: readParameters(conversation.parameters),
          },
    [conversation, draft, wantedModel],
  );

  const changeSettings = useCallback(
    (change: Partial<ChatSettings>) => {
      const next = { ...settings, ...change };
      if (change.model !== undefined) writeStored("chat-model", change.model);
      if (id !== undefined)
        return void changeConversation(queries, id, (now) => ({ ...now, ...saved(next) }));
      setDraft(next);
      writeStored("chat-draft", { ...next, model: undefined });
      if (wantedModel !== undefined && change.model !== undefined)
        void navigate({ to: "/chat", replace: true });
    },
    [settings, id, wantedModel, queries, navigate],
  );

  const goOn = useCallback(
    (messages: (now: Conversation) => ChatMessage[]) => {
      if (id === undefined) return;
      const next = changeConversation(queries, id, (now) => ({ ...now, messages: messages(now) }));
      if (next !== undefined) void answerConversation(queries, next);
    },
    [id, queries],
  );

  const begin = useCallback(
    async (text: string) => {
      const message = userMessage(text, crypto.randomUUID(), Date.now());
      const body = { title: titleOf(text), ...saved(settings), messages: [message] };
      const made = await client.createConversation({ body });
      queries.setQueryData(conversationKey(made.id), made);
      void queries.invalidateQueries({ queryKey: queryKeys.conversations });
      void answerConversation(queries, made);
      await navigate({ to: "/chat/$id", params: { id: made.id } });
    },
    [settings, queries, navigate],
  );

  return {
    conversation,
    error: id === undefined ? null : error,
    retry: () => void refetch(),
    settings,
    live,
    changeSettings,
    send: useCallback(
      async (text: string) => {
        if (id === undefined) return begin(text);
        goOn((now) => [...now.messages, userMessage(text, crypto.randomUUID(), Date.now())]);
      },
      [id, begin, goOn],
    ),
    answerAgain: useCallback(() => goOn((now) => unanswered(now.messages)), [goOn]),
    edit: useCallback(
      (messageId: string, text: string) => {
        const lost = conversation?.messages ?? [];
        goOn((now) => [
          ...before(now.messages, messageId),
          userMessage(text, crypto.randomUUID(), Date.now()),
        ]);
        toast({
          title: "What followed the old question is gone.",
          action: {
            label: "Undo",
            run: () => {
              if (id === undefined) return;
              liveAnswers.get().get(id)?.stop();
              // after the stopped answer has become a message
              setTimeout(() => changeConversation(queries, id, (now) => ({ ...now, messages: lost })), 50);
            },
          },
        });
      },
      [conversation, goOn, id, queries],
    ),
    giveResults: useCallback(
      (results) => {
        const given = results.map((result) => resultMessage(result, crypto.randomUUID(), Date.now()));
        goOn((now) => [...now.messages, ...given]);
      },
      [goOn],
    ),
  };
}

function saved({ model, systemPrompt, parameters }: ChatSettings) {
  return { model: model ?? null, systemPrompt, parameters: saveParameters(parameters) };
}
