import type { RequestRecord } from "@berth/api";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";

export interface RequestFilter {
  readonly key?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly route?: string | undefined;
  readonly outcome?: RequestRecord["outcome"] | undefined;
}

const pageSize = 100;
const followMs = 2000;

/** The request log, a page after the other. While it is followed its pages are read again every two seconds. */
export function requestLogQuery(filter: RequestFilter, follow: boolean) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.requests, "list", filter],
    queryFn: ({ pageParam, signal }) =>
      client.listRequests({
        query: { ...filter, limit: pageSize, ...(pageParam === "" ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchInterval: follow ? followMs : false,
  });
}

/** The rows of all pages, each once: a row may slide into the next page while that is read. */
export function logRows(
  pages: readonly { readonly data: readonly RequestRecord[] }[],
): readonly RequestRecord[] {
  return [...new Map(pages.flatMap(({ data }) => data.map((row) => [row.id, row] as const))).values()];
}
