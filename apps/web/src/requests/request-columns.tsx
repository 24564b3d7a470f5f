import type { RequestRecord } from "@berth/api";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatUsd } from "../format/money.ts";
import { formatCount } from "../format/size.ts";
import { formatRecent, formatSpan } from "../format/time.ts";
import { Sub, type Column } from "../table/data-table.tsx";
import { RequestState } from "./request-state.tsx";

/** The columns of the request log, the last first; it is read by pages, so it is not sorted here. */
export function requestColumns(
  keyName: (id: string) => string,
  now: number,
): readonly Column<RequestRecord>[] {
  return [
    {
      name: "when",
      title: "When",
      width: "w-[96px] md:w-[112px]",
      cell: ({ id, startedAt }) => (
        <Link
          to="/requests/$id"
          params={{ id }}
          className="font-mono text-sm text-accent underline underline-offset-2"
        >
          <time dateTime={new Date(startedAt).toISOString()}>{formatRecent(startedAt, now)}</time>
        </Link>
      ),
    },
    {
      name: "outcome",
      title: "Outcome",
      from: "md",
      width: "w-[132px]",
      cell: (record) => (
        <>
          <RequestState record={record} />
          {record.errorCode !== null && <Sub mono>{record.errorCode}</Sub>}
        </>
      ),
    },
    { name: "model", title: "Model", cell: (record) => modelCell(record) },
    {
      name: "key",
      title: "Key",
      from: "lg",
      width: "w-[160px]",
      cell: ({ keyId }) => keyName(keyId),
    },
    {
      name: "tokens",
      title: "Tokens in, out",
      from: "md",
      width: "w-[132px]",
      align: "right",
      cell: ({ inputTokens, outputTokens }) =>
        `${inputTokens === null ? "–" : formatCount(inputTokens)}, ${outputTokens === null ? "–" : formatCount(outputTokens)}`,
    },
    {
      name: "first",
      title: "First token",
      from: "lg",
      width: "w-[96px]",
      align: "right",
      cell: ({ firstTokenMs }) => (firstTokenMs === null ? "–" : formatSpan(firstTokenMs)),
    },
    {
      name: "duration",
      title: "Duration",
      width: "w-[84px]",
      align: "right",
      cell: ({ durationMs }) => formatSpan(durationMs),
    },
    {
      name: "cost",
      title: "Cost",
      from: "lg",
      width: "w-[96px]",
      align: "right",
      cell: ({ costUsd }) => (costUsd === null ? "–" : formatUsd(costUsd)),
    },
  ];
}

function modelCell(record: RequestRecord): ReactNode {
  const { model, provider, route, operation, tries, hasBodies } = record;
  const facts = [
    route === null || route === model ? undefined : `route ${route}`,
    provider === null ? undefined : `by ${provider}`,
    operation === "chat.completions" ? undefined : operation,
    tries > 1 ? `${tries} tries` : undefined,
    hasBodies ? "kept" : undefined,
  ].filter((fact) => fact !== undefined);
  return (
    <>
      {model === "" ? <span className="text-ink-3">none named</span> : model}
      {facts.length > 0 && <Sub>{facts.join(" · ")}</Sub>}
      <div className="md:hidden">
        <RequestState record={record} />
      </div>
    </>
  );
}
