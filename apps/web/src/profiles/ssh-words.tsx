import type { ReactNode } from "react";

/** What ssh said, as it said it. */
export function SshWords({ text }: { text: string }): ReactNode {
  return <p className="font-mono text-xs leading-[1.55] wrap-anywhere whitespace-pre-wrap">{text.trim()}</p>;
}
