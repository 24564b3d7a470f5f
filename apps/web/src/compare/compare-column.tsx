import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Ellipsis, MessageSquare, SlidersHorizontal, Square, Star, X } from "lucide-react";
import type { ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { openToolCalls, titleOf } from "../chat/conversation.ts";
import { LiveMessage } from "../chat/live-message.tsx";
import { MessageView } from "../chat/message-view.tsx";
import { ModelChoice } from "../chat/model-choice.tsx";
import type { ModelToCall } from "../chat/models-to-call.ts";
import { saveParameters } from "../chat/parameters.ts";
import { ToolResults } from "../chat/tool-calls.tsx";
import { useStickToEnd } from "../chat/use-stick-to-end.ts";
import { Button, IconButton } from "../parts/button.tsx";
import { classNames } from "../parts/class-names.ts";
import { Menu, type MenuAction } from "../parts/menu.tsx";
import { toast } from "../parts/toasts.ts";
import { exchanges, type Column } from "./columns.ts";
import {
  answerAgain,
  changeColumn,
  comparison,
  giveResults,
  removeColumn,
  vote,
  type BestAnswer,
} from "./comparison.ts";

/** One model's conversation: who answers, what was said, and what can be done with it. */
export function CompareColumn({
  column,
  number,
  models,
  best,
  canGo,
  onSettings,
}: {
  column: Column;
  /** Counted from one; it names the column. */
  number: number;
  models: readonly ModelToCall[];
  best: Readonly<Record<string, BestAnswer>>;
  /** There are enough columns without it. */
  canGo: boolean;
  onSettings: (id: string) => void;
}): ReactNode {
  const { id, model, own, live } = column;
  const toChat = useToChat(column);
  const actions: MenuAction[] = [
    {
      title: own === undefined ? "Settings of its own" : "Its own settings",
      Icon: SlidersHorizontal,
      run: () => onSettings(id),
    },
    { title: "Use in chat", Icon: MessageSquare, run: toChat },
    {
      title: "Remove the column",
      Icon: X,
      danger: true,
      run: () => {
        const putBack = removeColumn(id);
        toast({ title: `The column of ${model} is gone.`, action: { label: "Undo", run: putBack } });
      },
    },
  ];
  return (
    <section
      aria-label={`Column ${number}: ${model}`}
      className="flex min-w-0 flex-col rounded-lg border border-line bg-panel"
    >
      <div className="flex items-start gap-1.5 rounded-t-lg border-b border-line bg-panel p-1.5 max-md:sticky max-md:top-0 max-md:z-10">
        <div className="flex min-w-0 grow">
          <ModelChoice
            label={`Model of column ${number}`}
            models={models}
            value={model}
            onChange={(next) => changeColumn(id, (now) => ({ ...now, model: next }))}
          />
        </div>
        <div className="flex h-[34px] shrink-0 items-center gap-1.5">
          {live !== undefined && (
            <Button onClick={live.stop} aria-label={`Stop ${model}`}>
              <Square size={12} aria-hidden fill="currentColor" />
              Stop
            </Button>
          )}
          {own !== undefined && (
            <IconButton label={`Own settings of column ${number}`} onClick={() => onSettings(id)}>
              <SlidersHorizontal size={15} aria-hidden className="text-accent" />
            </IconButton>
          )}
          <Menu
            trigger={
              <IconButton label={`What to do with column ${number}`}>
                <Ellipsis size={16} aria-hidden />
              </IconButton>
            }
            actions={canGo ? actions : actions.filter(({ danger }) => danger !== true)}
          />
        </div>
      </div>
      <Conversation column={column} best={best} known={models.some(({ name }) => name === model)} />
    </section>
  );
}

function Conversation({
  column,
  best,
  known,
}: {
  column: Column;
  best: Readonly<Record<string, BestAnswer>>;
  known: boolean;
}): ReactNode {
  const { id, model, messages, live } = column;
  const busy = live !== undefined;
  const last = messages.at(-1);
  const { box, content } = useStickToEnd(live?.id ?? last?.id);
  const open = busy ? [] : openToolCalls(messages);
  return (
    <div className="relative grow">
      <div
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={`Answers of ${model}`}
        className="-outline-offset-2 md:absolute md:inset-0 md:overflow-y-auto"
      >
        <div ref={content} className="flex flex-col gap-4 px-3.5 py-3">
          {!known && <p className="text-warn">▲ {model} cannot be called now. Choose another model above.</p>}
          {known && last === undefined && <p className="text-ink-3">Its answer will stand here.</p>}
          {exchanges(messages).flatMap(({ question, messages: answers }) => [
            <MessageView
              key={question.id}
              message={question}
              results={[]}
              isLast={false}
              busy={busy}
              onAnswerAgain={() => undefined}
            />,
            ...answers
              .filter(({ role }) => role !== "tool")
              .map((message) => (
                <MessageView
                  key={message.id}
                  message={message}
                  results={answers.filter(({ role }) => role === "tool")}
                  isLast={message === last}
                  namesModel={message.model !== model}
                  busy={busy}
                  onAnswerAgain={() => answerAgain(id)}
                >
                  {message.error === undefined && (
                    <BestMark
                      isBest={best[question.id]?.messageId === message.id}
                      onChange={(isBest) =>
                        vote(
                          question.id,
                          isBest ? { messageId: message.id, model: message.model ?? model } : undefined,
                        )
                      }
                    />
                  )}
                </MessageView>
              )),
          ])}
          {live !== undefined && <LiveMessage live={live} />}
          {open.length > 0 && <ToolResults calls={open} onGive={(results) => giveResults(id, results)} />}
          {!busy && last?.role === "user" && (
            <Button className="self-start" onClick={() => answerAgain(id)}>
              Answer this
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}

function BestMark({ isBest, onChange }: { isBest: boolean; onChange: (isBest: boolean) => void }): ReactNode {
  return (
    <button
      type="button"
      aria-pressed={isBest}
      onClick={() => onChange(!isBest)}
      className={classNames(
        "inline-flex h-7 items-center gap-1 rounded-md px-1.5 text-sm hover:bg-sunk",
        isBest ? "font-[550] text-accent" : "text-ink-2 hover:text-ink",
      )}
    >
      <Star size={13} aria-hidden fill={isBest ? "currentColor" : "none"} />
      Best
    </button>
  );
}

/** Goes to a chat with the column's model, and with what was said in it when something was. */
function useToChat({ model, own, messages }: Column): () => void {
  const navigate = useNavigate();
  const queries = useQueryClient();
  return () => {
    const [first] = messages;
    if (first === undefined) return void navigate({ to: "/chat", search: { model } });
    const { systemPrompt, parameters } = own ?? comparison.get().shared;
    client
      .createConversation({
        body: {
          title: titleOf(first.content),
          model,
          systemPrompt,
          parameters: saveParameters(parameters),
          messages: [...messages],
        },
      })
      .then(({ id }) => {
        void queries.invalidateQueries({ queryKey: queryKeys.conversations });
        return navigate({ to: "/chat/$id", params: { id } });
      })
      .catch((error: unknown) => toast({ title: `No chat was made of it: ${failureOf(error).message}` }));
  };
}
