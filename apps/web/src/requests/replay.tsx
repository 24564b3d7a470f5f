import type { ChatMessage, RequestDetails } from "@berth/api";
import type { ChatRequest } from "@berth/api/openai";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { callableQuery, servicesQuery } from "../api/queries.ts";
import { AnswerText } from "../chat/answer-text.tsx";
import { LiveMessage } from "../chat/live-message.tsx";
import { Measures } from "../chat/measures.tsx";
import { ModelChoice } from "../chat/model-choice.tsx";
import { modelsToCall } from "../chat/models-to-call.ts";
import { streamAnswer, type LiveAnswer } from "../chat/stream-answer.ts";
import { Button } from "../parts/button.tsx";
import { Notice } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { keptAnswer, replayOf } from "./kept-call.ts";
import { tokensPerSecond } from "./timing.ts";

/** The same request, asked of another model: both answers stand side by side. */
export function Replay({
  request,
  chat,
  model,
  onModel,
}: {
  request: RequestDetails;
  chat: ChatRequest;
  model: string | undefined;
  onModel: (model: string) => void;
}): ReactNode {
  const callable = useQuery(callableQuery).data ?? [];
  const services = useQuery(servicesQuery).data ?? [];
  const { live, answer, ask } = useReplay(chat);
  const before = request.response === null ? undefined : keptAnswer(request.response);
  return (
    <Card title="Ask it again, of another model">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3.5 py-2.5">
        <ModelChoice models={modelsToCall(callable, services)} value={model} onChange={onModel} />
        {live === undefined ? (
          <Button
            look="primary"
            disabled={model === undefined}
            onClick={() => model !== undefined && ask(model)}
          >
            {answer === undefined ? "Ask it" : "Ask again"}
          </Button>
        ) : (
          <Button onClick={live.stop}>Stop</Button>
        )}
        <span className="text-sm text-ink-3">
          With the same messages and parameters; it is a new request.
        </span>
      </div>
      <div className="grid divide-line max-md:divide-y md:grid-cols-2 md:divide-x">
        <section aria-label={`As ${request.model} answered`} className="min-w-0 px-3.5 py-3">
          <h3 className="mb-1.5 text-sm text-ink-3">As it was answered</h3>
          {before === undefined ? (
            <p className="text-ink-2">Its answer is not kept.</p>
          ) : (
            <AnswerText text={before} />
          )}
          <div className="mt-2">
            <Measures message={measuresOf(request)} />
          </div>
        </section>
        <section aria-label="The new answer" className="min-w-0 px-3.5 py-3">
          <h3 className="mb-1.5 text-sm text-ink-3">Now</h3>
          {live !== undefined && <LiveMessage live={live} />}
          {live === undefined && answer === undefined && (
            <p className="text-ink-2">Choose a model, and ask it.</p>
          )}
          {live === undefined && answer !== undefined && (
            <>
              {answer.content !== "" && <AnswerText text={answer.content} />}
              {answer.error !== undefined && <Notice look="bad" title={answer.error} />}
              <div className="mt-2">
                <Measures message={answer} />
              </div>
            </>
          )}
        </section>
      </div>
    </Card>
  );
}

function useReplay(chat: ChatRequest): {
  readonly live: LiveAnswer | undefined;
  readonly answer: ChatMessage | undefined;
  readonly ask: (model: string) => void;
} {
  const [live, setLive] = useState<LiveAnswer>();
  const [answer, setAnswer] = useState<ChatMessage>();
  const now = useRef<LiveAnswer>(undefined);
  // nobody would read an answer whose page is left
  useEffect(() => () => now.current?.stop(), []);
  const ask = (model: string): void => {
    const started = streamAnswer(model, replayOf(chat, model));
    now.current = started.live;
    setLive(started.live);
    void started.message.then((whole) => {
      if (now.current !== started.live) return;
      setLive(undefined);
      setAnswer(whole);
    });
  };
  return { live, answer, ask };
}

function measuresOf(request: RequestDetails): Parameters<typeof Measures>[0]["message"] {
  const { model, firstTokenMs, inputTokens, outputTokens, costUsd } = request;
  const speed = tokensPerSecond(request);
  return {
    model,
    ...(speed === undefined ? {} : { tokensPerSecond: speed }),
    ...(firstTokenMs === null ? {} : { firstTokenMs }),
    ...(inputTokens === null ? {} : { promptTokens: inputTokens }),
    ...(outputTokens === null ? {} : { completionTokens: outputTokens }),
    ...(costUsd === null ? {} : { costUsd }),
  };
}
