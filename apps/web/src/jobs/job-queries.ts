import type { Job, JobStatus } from "@berth/api";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { pollWhileNotLive } from "../api/connection.ts";
import { queryKeys } from "../api/queries.ts";

export interface JobFilter {
  /** An endpoint's id; absent: the jobs of all. */
  readonly endpoint?: string | undefined;
  readonly status?: JobStatus | undefined;
  /** Only those whose attempts all failed. */
  readonly deadLetters?: boolean;
}

const pageSize = 100;
const polled = { refetchInterval: pollWhileNotLive(5000) };

/** Jobs by pages, the last first. */
export function jobsQuery({ endpoint, status, deadLetters = false }: JobFilter) {
  return infiniteQueryOptions({
    queryKey: [...queryKeys.jobs, "list", endpoint ?? "", status ?? "", deadLetters],
    queryFn: ({ pageParam, signal }) => {
      const query = {
        status,
        limit: pageSize,
        ...(deadLetters ? { deadLetters: "true" as const } : {}),
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      };
      return endpoint === undefined
        ? client.listJobs({ query, signal })
        : client.listEndpointJobs({ params: { id: endpoint }, query, signal });
    },
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    ...polled,
  });
}

/** The jobs of all pages, each once: a job may slide into the next page while that is read. */
export function jobRows(pages: readonly { readonly data: readonly Job[] }[]): readonly Job[] {
  return [...new Map(pages.flatMap(({ data }) => data.map((job) => [job.id, job] as const))).values()];
}

export const jobQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.jobs, "one", id],
    queryFn: ({ signal }) => client.getJob({ params: { id }, signal }),
    ...polled,
  });

export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.jobs, "deliveries", id],
    queryFn: async ({ signal }) => (await client.listDeliveries({ params: { id }, signal })).data,
    ...polled,
  });

/** How an endpoint's queue stands, and who works on it. */
export const healthQuery = (endpoint: string) =>
  queryOptions({
    queryKey: [...queryKeys.jobs, "health", endpoint],
    queryFn: ({ signal }) => client.getEndpointHealth({ params: { id: endpoint }, signal }),
    ...polled,
  });

/** What was submitted. It never changes, so it does not lie among what is read again with each change of the jobs. */
export const jobInputQuery = (id: string) =>
  queryOptions({
    queryKey: ["job-input", id],
    queryFn: ({ signal }) => client.getJobInput({ params: { id }, signal }),
    staleTime: Infinity,
  });

/** What a job left. A retried one may leave something else, at another time. */
export const jobResultQuery = (id: string, finishedAt: number | null) =>
  queryOptions({
    queryKey: ["job-result", id, finishedAt],
    queryFn: ({ signal }) => client.getJobResult({ params: { id }, signal }),
    staleTime: Infinity,
  });
