import { useDeferredValue, useEffect, useState, type ReactNode } from "react";
import { formatSpan } from "../format/time.ts";
import { useStore } from "../state/store.ts";
import { measure, type Answer } from "./answer.ts";
import { GrowingText } from "./answer-text.tsx";
import { Measures } from "./measures.tsx";
import type { LiveAnswer } from "./stream-answer.ts";
import { Thoughts } from "./thoughts.tsx";
import { ToolCallCard } from "./tool-calls.tsx";

/** The answer as it is written. Typing elsewhere goes first: this may lag a frame, the keys may not. */
export function LiveMessage({ live }: { live: LiveAnswer }): ReactNode {
  const answer = useDeferredValue(useStore(live.answer));
  const begun = answer.firstAtMs !== undefined;
  return (
    <article aria-label={`Answer of ${live.model}`} aria-busy>
      {answer.reasoning !== "" && <Thoughts text={answer.reasoning} growing={answer.content === ""} />}
      {begun ? <GrowingText text={answer.content} /> : <Waiting answer={answer} model={live.model} />}
      {answer.toolCalls.map((call, index) => (
        <ToolCallCard key={index} call={call} growing />
      ))}
      <div className="mt-1 flex min-h-8 items-center">
        <Measures message={measure(answer)} />
      </div>
    </article>
  );
}

/** Nothing has come yet: why, and for how long. */
function Waiting({ answer, model }: { answer: Answer; model: string }): ReactNode {
  const waitedMs = useElapsed(answer.startedAtMs);
  return (
    <p role="status" className="text-ink-2">
      <span aria-hidden className="pulse mr-2 text-[11px] text-wait">
        ○
      </span>
      {answer.waiting ?? `${model} reads`}
      {waitedMs >= 1000 && <span className="ml-2 font-mono text-xs text-ink-3">{formatSpan(waitedMs)}</span>}
    </p>
  );
}

function useElapsed(sinceMs: number): number {
  const [elapsedMs, setElapsedMs] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setElapsedMs(performance.now() - sinceMs), 1000);
    return () => clearInterval(timer);
  }, [sinceMs]);
  return elapsedMs;
}
