import type { ProviderCheck } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { providerTestQuery } from "../api/queries.ts";
import { formatSpan } from "../format/time.ts";
import { Button } from "../parts/button.tsx";
import { Ago } from "../parts/moment.tsx";
import { Notice, Problem } from "../parts/notice.tsx";
import { State, type Tone } from "../parts/state.tsx";

const signs: Readonly<
  Record<ProviderCheck["outcome"], { readonly tone: Tone; readonly shape: string; readonly word: string }>
> = {
  ok: { tone: "ok", shape: "●", word: "Fine" },
  failed: { tone: "bad", shape: "✕", word: "Failed" },
  skipped: { tone: "off", shape: "○", word: "Skipped" },
};

const stepWords: Readonly<Record<ProviderCheck["step"], string>> = {
  address: "Address",
  connection: "Connection",
  tls: "TLS",
  path: "Path",
  credential: "Credential",
  models: "Models",
  answer: "Answer",
};

/** Goes all the way to an answer, and shows each step with what was seen and how long it took. */
export function ProviderTest({ name }: { name: string }): ReactNode {
  const { data, error, isFetching, refetch, dataUpdatedAt } = useQuery(providerTestQuery(name));
  return (
    <div className="flex flex-col gap-3 px-3.5 py-3">
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => void refetch()} disabled={isFetching}>
          {isFetching ? "Testing …" : data === undefined ? "Test it now" : "Test it again"}
        </Button>
        <span role="status" className="text-sm text-ink-2">
          {isFetching ? (
            "From its name to an answer, one step after the other."
          ) : data === undefined ? (
            "Asks one of its models for a short answer, which may cost a little."
          ) : (
            <>
              {data.ok ? "All is well" : "Something is in the way"}, <Ago at={dataUpdatedAt} />.
            </>
          )}
        </span>
      </div>
      {error !== null && !isFetching && <Problem error={error} />}
      {data !== undefined && (
        <ol aria-label={`What the test of ${name} found`} className={isFetching ? "opacity-55" : undefined}>
          {data.checks.map(({ step, outcome, message, ms }) => (
            <li
              key={step}
              className="grid grid-cols-[92px_minmax(0,1fr)_auto] gap-x-3 border-b border-line py-1.5 last:border-0 sm:grid-cols-[92px_92px_minmax(0,1fr)_auto]"
            >
              <State {...signs[outcome]} />
              <span className="text-ink-2">{stepWords[step]}</span>
              <span className="wrap-anywhere max-sm:order-last max-sm:col-span-3">{message}</span>
              <span className="text-right font-mono text-sm text-ink-3">
                {ms === null ? "" : formatSpan(ms)}
              </span>
            </li>
          ))}
        </ol>
      )}
      {data?.ok === false && (
        <Notice look="plain">
          The provider is kept, and looked at again now and then. On the command line:{" "}
          <code className="font-mono text-xs">berth provider test {name}</code>.
        </Notice>
      )}
    </div>
  );
}
