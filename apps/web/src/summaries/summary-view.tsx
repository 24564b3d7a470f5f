import type { ReactNode } from "react";
import { AnswerText } from "../chat/answer-text.tsx";
import { formatCount } from "../format/size.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Notice } from "../parts/notice.tsx";
import { sourceWords } from "./source-words.ts";
import type { SummaryResult } from "./use-summary.ts";

/** The text, what it was made of, and what each part said. */
export function SummaryView({ result }: { result: SummaryResult }): ReactNode {
  const { text, parts, sources, usage, finishReason, tokenCount } = result;
  return (
    <div>
      <div className="px-3.5 py-3">
        <AnswerText text={text} />
      </div>
      {finishReason === "length" && (
        <div className="px-3.5 pb-3">
          <Notice look="warn" title="The text was cut off: the model was not done." />
        </div>
      )}
      <div className="border-t border-line px-3.5 py-2.5">
        <h3 className="mb-1 text-sm font-[550] text-ink-2">Sources</h3>
        <ul aria-label="Sources" className="text-sm">
          {parts.length === 0
            ? sources.map((source) => (
                <li key={source.file} className="py-0.5 wrap-anywhere">
                  {source.file} <span className="text-ink-3">{sourceWords(source)}</span>
                </li>
              ))
            : parts.map((part) => (
                <li key={part.id}>
                  <details>
                    <summary className="cursor-pointer py-0.5 wrap-anywhere">
                      {part.sources.map((source, index) => (
                        <span key={source.file}>
                          {index > 0 && "; "}
                          {source.file} <span className="text-ink-3">{sourceWords(source)}</span>
                        </span>
                      ))}
                    </summary>
                    <div className="border-l-2 border-line py-1 pl-3">
                      <AnswerText text={part.text} />
                    </div>
                  </details>
                </li>
              ))}
        </ul>
      </div>
      <div className="flex flex-wrap items-center gap-2 border-t border-line px-3.5 py-2.5 text-sm text-ink-3">
        <CopyButton text={text} what="the text" />
        <span>
          {formatCount(usage.calls)} {usage.calls === 1 ? "call" : "calls"} ·{" "}
          {formatCount(usage.promptTokens)} tokens read · {formatCount(usage.completionTokens)} written
          {tokenCount === "estimated" && " · parts were measured by an estimate"}
        </span>
      </div>
    </div>
  );
}
