import type { ChatMessage } from "@berth/api";
import type { ReactNode } from "react";
import { formatUsd } from "../format/money.ts";
import { formatCount } from "../format/size.ts";
import { formatSpan } from "../format/time.ts";

type Measured = Pick<
  ChatMessage,
  | "model"
  | "firstTokenMs"
  | "tokensPerSecond"
  | "promptTokens"
  | "completionTokens"
  | "costUsd"
  | "finishReason"
>;

/** How an answer came: small, in the machine's letters, for those who compare. */
export function Measures({ message }: { message: Measured }): ReactNode {
  const { model, firstTokenMs, tokensPerSecond, promptTokens, completionTokens, costUsd, finishReason } =
    message;
  const end = endings[finishReason ?? ""];
  return (
    <span className="flex flex-wrap gap-x-3 font-mono text-xs text-ink-3">
      {tokensPerSecond !== undefined && (
        <span>
          <b className="font-medium text-ink-2">{tokensPerSecond}</b> tok/s
        </span>
      )}
      {firstTokenMs !== undefined && (
        <span>
          <b className="font-medium text-ink-2">{formatSpan(firstTokenMs)}</b> to first token
        </span>
      )}
      {completionTokens !== undefined && (
        <span>
          {promptTokens !== undefined && `${formatCount(promptTokens)} → `}
          {formatCount(completionTokens)} tokens
        </span>
      )}
      {costUsd !== undefined && <span>{formatUsd(costUsd)}</span>}
      {model !== undefined && <span className="wrap-anywhere">{model}</span>}
      {end !== undefined && <span className="text-warn">▲ {end}</span>}
    </span>
  );
}

/** Ends that a reader should know of; an answer that ended by itself needs no word. */
const endings: Readonly<Record<string, string>> = {
  length: "cut off at the token limit",
  stopped: "stopped by you",
  interrupted: "interrupted: the page was left",
  content_filter: "held back by a filter",
};
