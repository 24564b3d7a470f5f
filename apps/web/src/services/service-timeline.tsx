import type { ServiceEvent } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { serviceEventsQuery } from "../api/queries.ts";
import { formatMoment, formatRecent } from "../format/time.ts";
import { Loading, Problem } from "../parts/notice.tsx";
import { Shape } from "../parts/state.tsx";
import { useNow } from "../state/now.ts";
import { evidenceLines } from "./evidence.ts";
import { serviceSigns } from "./service-state.tsx";

/** What happened to a service, newest first, each with what shows it. */
export function ServiceTimeline({ id }: { id: string }): ReactNode {
  const { data, error, refetch } = useQuery(serviceEventsQuery(id));
  const now = useNow();
  if (data === undefined)
    return error === null ? (
      <Loading what="events" />
    ) : (
      <Problem error={error} retry={() => void refetch()} />
    );
  if (data.length === 0) return <p className="px-3.5 py-4 text-ink-3">Nothing has happened yet.</p>;
  return (
    <ol className="px-3.5 py-2">
      {data.toReversed().map((event) => (
        <Entry key={event.id} event={event} now={now} />
      ))}
    </ol>
  );
}

function Entry({ event, now }: { event: ServiceEvent; now: number }): ReactNode {
  const { tone, shape, word } = serviceSigns[event.status];
  const { facts, log } = evidenceLines(event.evidence);
  return (
    <li className="grid grid-cols-[auto_14px_minmax(0,1fr)] gap-x-2 py-1.5 text-ink-2">
      <time
        dateTime={new Date(event.at).toISOString()}
        title={formatMoment(event.at)}
        className="max-w-[10ch] pt-px text-right font-mono text-xs text-ink-3"
      >
        {formatRecent(event.at, now)}
      </time>
      <Shape tone={tone} shape={shape} />
      <div className="min-w-0 wrap-anywhere">
        <b className="font-[550] text-ink">{word}</b>
        {event.message !== "" && event.message !== word && <> · {event.message}</>}
        {facts.length > 0 && (
          <dl className="mt-0.5 flex flex-wrap gap-x-3 font-mono text-xs text-ink-3">
            {facts.map(([name, value]) => (
              <div key={name}>
                <dt className="inline">{name} </dt>
                <dd className="inline text-ink-2">{value}</dd>
              </div>
            ))}
          </dl>
        )}
        {log.length > 0 && (
          <pre
            tabIndex={0}
            aria-label="Last lines of the log"
            className="mt-1 overflow-x-auto rounded-md border border-line bg-code px-2.5 py-1.5 text-xs"
          >
            {log.join("\n")}
          </pre>
        )}
      </div>
    </li>
  );
}
