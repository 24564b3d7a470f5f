import { ArrowUp, Square } from "lucide-react";
import { memo, useEffect, useRef, useState, type ReactNode } from "react";
import { failureOf } from "../api/failure.ts";
import { Button } from "../parts/button.tsx";
import { Notice } from "../parts/notice.tsx";

/**
 * Where the next message is written. Its text is its own: a stream beside it never makes it draw again, and keys never
 * wait for an answer.
 */
export const Composer = memo(function Composer({
  conversationId,
  busy,
  canSend,
  onSend,
  onStop,
  placeholder = "Ask something …",
  stop = "Stop",
}: {
  /** Another one takes the focus to the writing. */
  conversationId: string | undefined;
  busy: boolean;
  canSend: boolean;
  onSend: (text: string) => Promise<void>;
  onStop: () => void;
  placeholder?: string;
  /** The word on the button that stops. */
  stop?: string;
}): ReactNode {
  const [text, setText] = useState("");
  const [refusal, setRefusal] = useState<string>();
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    // a finger would only be met by a keyboard over half the page
    if (matchMedia("(pointer: fine)").matches) input.current?.focus();
  }, [conversationId]);
  const send = (): void => {
    const words = text.trim();
    if (words === "" || busy || !canSend) return;
    setText("");
    setRefusal(undefined);
    onSend(words).catch((error: unknown) => {
      setText((now) => (now === "" ? text : now));
      setRefusal(failureOf(error).message);
    });
  };
  return (
    <div className="mx-auto w-full max-w-[820px] px-3.5 pb-3.5 md:px-6">
      {refusal !== undefined && (
        <div className="mb-2">
          <Notice look="bad" title={refusal} />
        </div>
      )}
      <form
        className="flex items-end gap-2 rounded-lg border border-line-strong bg-panel p-1.5 pl-3 focus-within:border-accent"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          ref={input}
          aria-label="Your message"
          placeholder={placeholder}
          rows={1}
          className="field-sizing-content max-h-[40vh] min-h-8 min-w-0 grow resize-none bg-transparent py-1.5 outline-none"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape" && busy) onStop();
            if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        {busy ? (
          <Button onClick={onStop}>
            <Square size={12} aria-hidden fill="currentColor" />
            {stop}
          </Button>
        ) : (
          <Button type="submit" look="primary" disabled={text.trim() === "" || !canSend}>
            <ArrowUp size={14} aria-hidden />
            Send
          </Button>
        )}
      </form>
    </div>
  );
});
