import type { ChatMessage } from "@berth/api";
import { ArrowDown } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../parts/button.tsx";
import { openToolCalls } from "./conversation.ts";
import { LiveMessage } from "./live-message.tsx";
import { MessageView } from "./message-view.tsx";
import { ToolResults } from "./tool-calls.tsx";
import type { Chat } from "./use-chat.ts";
import { useStickToEnd } from "./use-stick-to-end.ts";

const noResults: readonly ChatMessage[] = [];

/** A conversation's messages and the answer that is being written, kept at its end until one scrolls away. */
export function Transcript({ chat }: { chat: Chat }): ReactNode {
  const { conversation, live } = chat;
  const messages = conversation?.messages ?? [];
  const { box, content, atEnd, toEnd } = useStickToEnd(`${conversation?.id ?? ""} ${live?.id ?? ""}`);
  const busy = live !== undefined;
  const shown = messages.filter(({ role }) => role !== "tool");
  const open = busy ? [] : openToolCalls(messages);
  return (
    <div className="relative min-h-0 grow">
      <div
        ref={box}
        tabIndex={0}
        role="region"
        aria-label="Conversation"
        className="h-full overflow-y-auto -outline-offset-2"
      >
        <div ref={content} className="mx-auto flex max-w-[820px] flex-col gap-5 px-3.5 py-5 md:px-6">
          {shown.map((message) => (
            <MessageView
              key={message.id}
              message={message}
              results={
                message.toolCalls === undefined ? noResults : messages.filter(({ role }) => role === "tool")
              }
              isLast={message.id === messages.at(-1)?.id}
              busy={busy}
              onEdit={chat.edit}
              onAnswerAgain={chat.answerAgain}
            />
          ))}
          {live !== undefined && !messages.some(({ id }) => id === live.id) && <LiveMessage live={live} />}
          {open.length > 0 && <ToolResults calls={open} onGive={chat.giveResults} />}
          {!busy && messages.at(-1)?.role === "user" && (
            <Button className="self-start" onClick={chat.answerAgain}>
              Answer this
            </Button>
          )}
        </div>
      </div>
      {!atEnd && (
        <Button onClick={toEnd} className="absolute bottom-2 left-1/2 -translate-x-1/2 shadow-float">
          <ArrowDown size={14} aria-hidden />
          To the end
        </Button>
      )}
    </div>
  );
}
