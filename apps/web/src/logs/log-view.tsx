import { ArrowDownToLine, Pause, WrapText } from "lucide-react";
import { useDeferredValue, useMemo, useState, type ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { Button } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { readStored, writeStored } from "../state/stored.ts";
import { searchLines } from "./log-buffer.ts";
import { LogList } from "./log-list.tsx";
import { useLog, type LogSource } from "./use-log.ts";

/** An engine's log, live: follows its end, or stands still while somebody reads; searched as one types. */
export function LogView({ source, generation }: { source: LogSource; generation: string }): ReactNode {
  const { log, state } = useLog(source, generation);
  const [words, setWords] = useState("");
  const [following, setFollowing] = useState(true);
  const [wrap, setWrap] = useState(() => readStored("log-wrap", (value) => value === true));
  const sought = useDeferredValue(words);
  const lines = useMemo(() => searchLines(log, sought), [log, sought]);
  return (
    <div>
      <div className="flex flex-wrap items-center gap-1.5 border-b border-line px-2.5 py-1.5">
        <input
          role="searchbox"
          aria-label="Search the log"
          placeholder="Search the log …"
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="min-h-8 min-w-0 grow basis-36 rounded bg-transparent px-1.5"
        />
        <span role="status" className="text-sm text-ink-3">
          {`${formatCount(lines.length)} ${words !== "" ? "found" : lines.length === 1 ? "line" : "lines"}`}
        </span>
        <Button
          look="quiet"
          aria-pressed={wrap}
          onClick={() => {
            setWrap(!wrap);
            writeStored("log-wrap", !wrap);
          }}
          className={wrap ? "bg-accent-soft text-ink" : ""}
        >
          <WrapText size={14} aria-hidden />
          Wrap
        </Button>
        <Button look="quiet" onClick={() => setFollowing(!following)} aria-pressed={following}>
          {following ? <Pause size={14} aria-hidden /> : <ArrowDownToLine size={14} aria-hidden />}
          {following ? "Pause" : "Follow"}
        </Button>
        <CopyButton text={lines.map(({ text }) => text).join("\n")} what="these lines" />
      </div>
      <LogList lines={lines} words={sought} wrap={wrap} following={following} onFollowing={setFollowing} />
      <p role="status" className="border-t border-line px-3.5 py-1.5 text-sm text-ink-3">
        {state.kind === "following" && (following ? "Following." : "Paused; new lines gather below.")}
        {state.kind === "ended" && "The log has ended."}
        {state.kind === "lost" && `${state.message} Trying again …`}
      </p>
    </div>
  );
}
