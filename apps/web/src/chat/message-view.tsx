import type { ChatMessage } from "@berth/api";
import { Pencil, RefreshCw } from "lucide-react";
import { memo, useState, type ReactNode } from "react";
import { Button, IconButton } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Notice } from "../parts/notice.tsx";
import { AnswerText } from "./answer-text.tsx";
import { Measures } from "./measures.tsx";
import { Thoughts } from "./thoughts.tsx";
import { ToolCallCard } from "./tool-calls.tsx";

/** One message of a conversation. Finished messages are drawn once: nothing that streams below them redraws them. */
export const MessageView = memo(function MessageView({
  message,
  results,
  isLast,
  busy,
  onEdit,
  onAnswerAgain,
  namesModel = true,
  children,
}: {
  message: ChatMessage;
  /** The tool results that follow an answer. */
  results: readonly ChatMessage[];
  isLast: boolean;
  /** An answer is being written: nothing may be changed. */
  busy: boolean;
  /** A question without it cannot be changed, and stands alone. */
  onEdit?: (id: string, text: string) => void;
  onAnswerAgain: () => void;
  /** Says who answered; needless where that stands above it. */
  namesModel?: boolean;
  /** What else can be done with an answer. */
  children?: ReactNode;
}): ReactNode {
  if (message.role === "user") return <Question message={message} busy={busy} onEdit={onEdit} />;
  return (
    <article aria-label={`Answer of ${message.model ?? "the model"}`} className="group">
      {message.reasoning !== undefined && <Thoughts text={message.reasoning} />}
      {message.content !== "" && <AnswerText text={message.content} />}
      {message.toolCalls?.map((call) => (
        <ToolCallCard
          key={call.id}
          call={call}
          result={results.find((result) => result.toolCallId === call.id)?.content}
        />
      ))}
      {message.error !== undefined && (
        <div className="mt-2">
          <Notice
            look="bad"
            title={message.error}
            action={isLast && !busy && <Button onClick={onAnswerAgain}>Try again</Button>}
          />
        </div>
      )}
      <div className="mt-1 flex min-h-8 flex-wrap items-center gap-x-3">
        <Measures message={namesModel ? message : { ...message, model: undefined }} />
        <span className="-ml-1.5 flex items-center">
          {message.content !== "" && <CopyButton text={message.content} what="the answer" />}
          {isLast && !busy && message.error === undefined && (
            <IconButton label="Answer again" onClick={onAnswerAgain} className="size-7">
              <RefreshCw size={14} aria-hidden />
            </IconButton>
          )}
          {children}
        </span>
      </div>
    </article>
  );
});

function Question({
  message,
  busy,
  onEdit,
}: {
  message: ChatMessage;
  busy: boolean;
  onEdit: ((id: string, text: string) => void) | undefined;
}): ReactNode {
  const [editing, setEditing] = useState(false);
  if (editing)
    return (
      <Editor
        text={message.content}
        onCancel={() => setEditing(false)}
        onSend={(text) => {
          setEditing(false);
          onEdit?.(message.id, text);
        }}
      />
    );
  return (
    <article aria-label="Your message" className="flex flex-col items-end">
      <div className="max-w-[88%] rounded-lg border border-line bg-sunk px-3.5 py-2 wrap-anywhere whitespace-pre-wrap">
        {message.content}
      </div>
      {onEdit !== undefined && (
        <span className="mt-0.5 flex">
          <CopyButton text={message.content} what="the message" />
          {!busy && (
            <IconButton label="Edit and send again" onClick={() => setEditing(true)} className="size-7">
              <Pencil size={14} aria-hidden />
            </IconButton>
          )}
        </span>
      )}
    </article>
  );
}

function Editor({
  text: original,
  onCancel,
  onSend,
}: {
  text: string;
  onCancel: () => void;
  onSend: (text: string) => void;
}): ReactNode {
  const [text, setText] = useState(original);
  const send = (): void => {
    if (text.trim() !== "") onSend(text.trim());
  };
  return (
    <div>
      <textarea
        aria-label="Edit your message"
        autoFocus
        className="field field-sizing-content max-h-[50vh] min-h-20 resize-none"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onCancel();
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            send();
          }
        }}
      />
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        <span className="text-sm text-ink-3">What follows is answered anew.</span>
        <Button onClick={onCancel}>Cancel</Button>
        <Button look="primary" onClick={send} disabled={text.trim() === ""}>
          Send again
        </Button>
      </div>
    </div>
  );
}
