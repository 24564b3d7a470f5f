import { Check, Copy } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { classNames } from "./class-names.ts";
import { IconButton } from "./button.tsx";
import { toast } from "./toasts.ts";

/** Copies the text with one click, and says that it has. */
export function CopyButton({
  text,
  what,
  className,
}: {
  text: string;
  /** What is copied: "the command". */
  what: string;
  className?: string;
}): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1600);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => toast({ title: "The browser did not let Berth copy. Select the text and copy it by hand." }),
    );
  };
  return (
    <IconButton
      label={copied ? "Copied" : `Copy ${what}`}
      onClick={copy}
      className={classNames("size-7", copied && "text-ok hover:not-disabled:text-ok", className)}
    >
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  );
}

/** An id, path or address in the machine's letters, with its copy button. */
export function Copyable({ text, what }: { text: string; what: string }): ReactNode {
  return (
    <span className="inline-flex max-w-full items-start gap-1">
      <span className="py-0.5 font-mono text-sm wrap-anywhere">{text}</span>
      <CopyButton text={text} what={what} className="-my-0.5" />
    </span>
  );
}
