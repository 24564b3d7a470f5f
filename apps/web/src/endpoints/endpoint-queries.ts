import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client } from "../api/client.ts";
import { pollWhileNotLive } from "../api/connection.ts";
import { queryKeys } from "../api/queries.ts";

const polled = { refetchInterval: pollWhileNotLive(5000) };
/** A plot goes on by itself: moments are told to nobody. */
const momentMs = 5000;

export const endpointsQuery = queryOptions({
  queryKey: queryKeys.endpoints,
  queryFn: async ({ signal }) => (await client.listEndpoints({ signal })).data,
  ...polled,
});

/** By id, `owner/name`, or name. */
export const endpointQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.oneEndpoint, id],
    queryFn: ({ signal }) => client.getEndpoint({ params: { id }, signal }),
    ...polled,
  });

/** The last first. */
export const deploymentsQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.deployments, id],
    queryFn: async ({ signal }) => (await client.listDeployments({ params: { id }, signal })).data,
    ...polled,
  });

export const replicasQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.replicas, id],
    queryFn: async ({ signal }) =>
      (await client.listReplicas({ params: { id }, query: { all: "true" }, signal })).data,
    ...polled,
  });

/** The first first. */
export const endpointEventsQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.endpointEvents, id],
    queryFn: async ({ signal }) =>
      (await client.listEndpointEvents({ params: { id }, query: { limit: 200 }, signal })).data,
    ...polled,
  });

/** The moments of the last so many seconds; they stand still while `isHeld`, so that somebody can point at one. */
export const momentsQuery = (id: string, sinceSeconds: number, isHeld: boolean) =>
  queryOptions({
    queryKey: [...queryKeys.moments, id, sinceSeconds],
    queryFn: async ({ signal }) =>
      (await client.listEndpointMoments({ params: { id }, query: { sinceSeconds }, signal })).data,
    placeholderData: keepPreviousData,
    refetchInterval: isHeld ? false : momentMs,
  });
