import type { Change, Download, Endpoint, ImagePull, Login, Service, ServiceEvent } from "@berth/api";
import type { QueryClient } from "@tanstack/react-query";
import { queryKeys } from "./queries.ts";

/** Brings one pushed change into the cache. Lists that nobody has read yet stay unread. */
export function applyChange(queries: QueryClient, change: Change): void {
  switch (change.type) {
    case "service":
      return applyService(queries, change.service);
    case "service-removed":
      queries.setQueryData<Service[]>(queryKeys.services, (list) =>
        list?.filter((one) => one.id !== change.id),
      );
      return invalidate(queries, queryKeys.callable);
    case "service-event":
      return applyEvent(queries, change.event);
    case "endpoint":
      return applyEndpoint(queries, change.endpoint);
    case "endpoint-removed":
      queries.setQueryData<Endpoint[]>(queryKeys.endpoints, (list) =>
        list?.filter((one) => one.id !== change.id),
      );
      // its own page is to say that it is gone
      void queries.resetQueries({
        queryKey: queryKeys.oneEndpoint,
        predicate: ({ state }) => (state.data as Endpoint | undefined)?.id === change.id,
      });
      invalidate(queries, queryKeys.callable);
      return invalidate(queries, queryKeys.secrets);
    case "endpoint-event":
      return rereadEndpoint(queries, change.event.endpointId);
    case "jobs":
      return invalidate(queries, queryKeys.jobs);
    case "secrets":
      return invalidate(queries, queryKeys.secrets);
    case "hardware-presets":
      return invalidate(queries, queryKeys.presets);
    case "download":
      queries.setQueryData<Download[]>(queryKeys.downloads, (list) => placed(list, change.download));
      return;
    case "download-removed":
      queries.setQueryData<Download[]>(queryKeys.downloads, (list) =>
        list?.filter((one) => one.id !== change.id),
      );
      return;
    case "models":
      return invalidate(queries, queryKeys.models);
    case "image-pull":
      return applyImagePull(queries, change.pull);
    case "image-pull-removed":
      queries.setQueryData<ImagePull[]>(queryKeys.imagePulls, (list) =>
        list?.filter((one) => one.id !== change.id),
      );
      return;
    case "profiles":
      return invalidate(queries, queryKeys.profiles);
    case "login":
      return applyLogin(queries, change.login);
    case "keys":
      return invalidate(queries, queryKeys.keys);
    case "providers":
      invalidate(queries, queryKeys.providers);
      // a route's targets stand as the providers do
      invalidate(queries, queryKeys.routes);
      return invalidate(queries, queryKeys.callable);
    case "routes":
      invalidate(queries, queryKeys.routes);
      return invalidate(queries, queryKeys.callable);
    case "conversations":
      return invalidate(queries, queryKeys.conversations);
  }
}

/** How a log-in stands. Replies and pushes may overtake each other: the newest stays. */
export function applyLogin(queries: QueryClient, login: Login): void {
  queries.setQueryData<Login>([...queryKeys.logins, login.profile], (before) =>
    before !== undefined && before.version > login.version ? before : login,
  );
}

function applyImagePull(queries: QueryClient, pull: ImagePull): void {
  queries.setQueryData<ImagePull[]>(queryKeys.imagePulls, (list) => placed(list, pull));
  if (pull.status === "COMPLETED") invalidate(queries, queryKeys.images);
}

/** After a gap in the stream anything may have changed. Chats stay: this page is their writer. */
export function distrustCache(queries: QueryClient): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey: [room, kind] }) =>
      room !== "session" && room !== "hub" && !(room === "conversations" && kind === "one"),
  });
}

function applyService(queries: QueryClient, service: Service): void {
  const list = queries.getQueryData<Service[]>(queryKeys.services);
  const before = list?.find((one) => one.id === service.id);
  queries.setQueryData<Service[]>(queryKeys.services, placed(list, service));
  replace(queries, queryKeys.oneService, service);
  queries.setQueriesData<Service[]>({ queryKey: queryKeys.replicas }, (replicas) =>
    replicas?.some((one) => one.id === service.id) === true ? placed(replicas, service) : replicas,
  );
  if (before?.status === service.status) return;
  invalidate(queries, queryKeys.callable);
  invalidate(queries, queryKeys.routes);
}

function applyEndpoint(queries: QueryClient, endpoint: Endpoint): void {
  const list = queries.getQueryData<Endpoint[]>(queryKeys.endpoints);
  const before = list?.find((one) => one.id === endpoint.id);
  queries.setQueryData<Endpoint[]>(queryKeys.endpoints, placed(list, endpoint));
  replace(queries, queryKeys.oneEndpoint, endpoint);
  if (before?.status !== endpoint.status || before.fullName !== endpoint.fullName)
    invalidate(queries, queryKeys.callable);
}

/** What an endpoint has done is not told piece by piece: its history, and what follows from it, is read again. */
function rereadEndpoint(queries: QueryClient, id: string): void {
  for (const name of ["endpointEvents", "deployments", "replicas", "moments"] as const)
    invalidate(queries, [...queryKeys[name], id]);
}

function applyEvent(queries: QueryClient, event: ServiceEvent): void {
  queries.setQueriesData<ServiceEvent[]>(
    {
      queryKey: queryKeys.serviceEvents,
      predicate: ({ queryKey }) => queryKey.at(-1) === event.serviceId,
    },
    (list) => (list?.some((one) => one.id === event.id) === false ? [...list, event] : list),
  );
}

/** The list with the item in its own place, or at the end when it is new. */
function placed<T extends { id: string }>(list: readonly T[] | undefined, item: T): T[] | undefined {
  if (list === undefined) return undefined;
  return list.some((one) => one.id === item.id)
    ? list.map((one) => (one.id === item.id ? item : one))
    : [...list, item];
}

/** The item on its own page, by whatever word that was asked for. */
function replace<T extends { id: string }>(queries: QueryClient, queryKey: readonly string[], item: T): void {
  queries.setQueriesData<T>({ queryKey }, (one) => (one?.id === item.id ? item : one));
}

function invalidate(queries: QueryClient, queryKey: readonly string[]): void {
  void queries.invalidateQueries({ queryKey });
}
