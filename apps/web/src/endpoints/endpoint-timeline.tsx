import type { EndpointEvent } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { formatMoment, formatRecent } from "../format/time.ts";
import { Loading, Problem } from "../parts/notice.tsx";
import { Card } from "../parts/page.tsx";
import { Select } from "../parts/select.tsx";
import { evidenceLines } from "../services/evidence.ts";
import { useNow } from "../state/now.ts";
import { endpointEventsQuery } from "./endpoint-queries.ts";

const kinds: Record<EndpointEvent["kind"], { readonly word: string; readonly several: string }> = {
  scaling: { word: "Scaling", several: "Decisions about replicas" },
  replica: { word: "Replica", several: "Replicas" },
  deployment: { word: "Deployment", several: "Deployments" },
  order: { word: "Order", several: "Orders" },
};

const all = "all";

/** What happened to an endpoint, newest first: decisions with their reasons, replicas, deployments, orders. */
export function EndpointTimeline({ id }: { id: string }): ReactNode {
  const { data, error, refetch } = useQuery(endpointEventsQuery(id));
  const [kind, setKind] = useState(all);
  const shown = data?.filter((event) => kind === all || event.kind === kind).toReversed();
  return (
    <Card
      title="What happened"
      aside={
        <div className="w-48">
          <Select
            label="Kind of event"
            value={kind}
            onChange={setKind}
            choices={[
              { value: all, label: "Everything" },
              ...Object.entries(kinds).map(([value, { several }]) => ({ value, label: several })),
            ]}
          />
        </div>
      }
    >
      {shown === undefined && error === null && <Loading what="events" />}
      {shown === undefined && error !== null && (
        <div className="p-3.5">
          <Problem error={error} retry={() => void refetch()} />
        </div>
      )}
      {shown?.length === 0 && (
        <p className="px-3.5 py-4 text-ink-3">
          {kind === all ? "Nothing has happened yet." : "Nothing of that kind yet."}
        </p>
      )}
      {shown !== undefined && shown.length > 0 && <Entries events={shown} />}
    </Card>
  );
}

function Entries({ events }: { events: readonly EndpointEvent[] }): ReactNode {
  const now = useNow();
  return (
    <ol
      aria-label="What happened"
      tabIndex={0}
      className="max-h-[560px] overflow-y-auto px-3.5 py-2 -outline-offset-2"
    >
      {events.map(({ id, at, kind, message, evidence }) => {
        const { facts, log } = evidenceLines(evidence);
        return (
          <li key={id} className="grid grid-cols-[10ch_minmax(0,1fr)] gap-x-3 py-1.5 text-ink-2">
            <time
              dateTime={new Date(at).toISOString()}
              title={formatMoment(at)}
              className="pt-px text-right font-mono text-xs text-ink-3"
            >
              {formatRecent(at, now)}
            </time>
            <div className="min-w-0 wrap-anywhere">
              <b className="font-[550] text-ink">{kinds[kind].word}</b> · {message}
              {facts.length > 0 && (
                <span className="block font-mono text-xs text-ink-3">
                  {facts.map(([name, value]) => `${name} ${value}`).join(" · ")}
                </span>
              )}
              {log.length > 0 && (
                <pre
                  tabIndex={0}
                  aria-label="Lines that show it"
                  className="mt-1 overflow-x-auto rounded-md border border-line bg-code px-2.5 py-1.5 text-xs"
                >
                  {log.join("\n")}
                </pre>
              )}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
