import type { JobStatus } from "@berth/api";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { Button } from "../parts/button.tsx";
import { CheckBox } from "../parts/inputs.tsx";
import { Empty, Loading, Problem } from "../parts/notice.tsx";
import { DataTable } from "../table/data-table.tsx";
import { Narrow } from "../table/narrow.tsx";
import { useJobActions } from "./job-actions.tsx";
import { jobColumns } from "./job-columns.tsx";
import { jobRows, jobsQuery } from "./job-queries.ts";
import { jobSigns, jobStatusNames } from "./job-state.tsx";

export interface JobSearch {
  readonly status?: string;
  readonly dead?: string;
}

/** Jobs by pages, narrowed by status or to dead letters; of one endpoint, or of all. */
export function JobList({
  endpoint,
  endpointName,
  search,
  change,
  filters,
  children,
}: {
  endpoint: string | undefined;
  /** Names the endpoint of a job; absent where all are of one. */
  endpointName?: (id: string) => string;
  search: JobSearch;
  change: (part: JobSearch) => void;
  /** Further filters. */
  filters?: ReactNode;
  /** Stands where there is no job at all. */
  children: ReactNode;
}): ReactNode {
  const status = jobStatusNames.find((name) => name === search.status);
  const deadLetters = search.dead !== undefined;
  const list = useInfiniteQuery(jobsQuery({ endpoint, status, deadLetters }));
  const rows = useMemo(() => (list.data === undefined ? undefined : jobRows(list.data.pages)), [list.data]);
  const isNarrowed = status !== undefined || deadLetters;
  const { menu } = useJobActions();
  if (list.error !== null && rows === undefined)
    return (
      <div className="p-3.5">
        <Problem error={list.error} retry={() => void list.refetch()} />
      </div>
    );
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-b border-line px-3 py-1.5">
        {filters}
        <Narrow<JobStatus>
          label="Status"
          value={status}
          values={jobStatusNames}
          word={(name) => jobSigns[name].word}
          onChange={(next) => change({ status: next ?? "" })}
        />
        <CheckBox
          label="Only dead letters"
          checked={deadLetters}
          onChange={(checked) => change({ dead: checked ? "yes" : "" })}
        />
        {rows !== undefined && (
          <span role="status" className="ml-auto text-sm whitespace-nowrap text-ink-3">
            {formatCount(rows.length)}
            {list.hasNextPage && " and older ones"}
          </span>
        )}
      </div>
      {rows === undefined && <Loading what="jobs" />}
      {rows !== undefined && rows.length > 0 && (
        <DataTable
          label="Jobs"
          rows={rows}
          columns={jobColumns(menu, endpointName)}
          rowKey={({ id }) => id}
          sort={lastFirst}
          onSort={() => undefined}
        />
      )}
      {rows?.length === 0 &&
        (isNarrowed ? (
          <Empty title={deadLetters ? "No dead letters" : "Nothing fits"}>
            {deadLetters
              ? "A job whose attempts all failed is kept here until somebody has looked at it."
              : "Choose any status."}
          </Empty>
        ) : (
          children
        ))}
      {list.hasNextPage && (
        <div className="border-t border-line px-3 py-2.5">
          <Button onClick={() => void list.fetchNextPage()} disabled={list.isFetchingNextPage}>
            {list.isFetchingNextPage ? "Reading …" : "Older ones"}
          </Button>
        </div>
      )}
    </>
  );
}

const lastFirst = { column: "", descending: true };
