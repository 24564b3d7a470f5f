import { useState, type ReactNode } from "react";

/** A title being changed in its place: Enter or leaving takes it, Escape leaves it as it was. */
export function RenameForm({
  title,
  onEnd,
}: {
  title: string;
  onEnd: (title: string | undefined) => void;
}): ReactNode {
  const [text, setText] = useState(title);
  const end = (): void => {
    const next = text.trim();
    onEnd(next === "" || next === title ? undefined : next);
  };
  return (
    <input
      aria-label="Title of the chat"
      autoFocus
      className="field"
      value={text}
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={end}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) end();
        if (event.key === "Escape") onEnd(undefined);
      }}
    />
  );
}
