import { keepPreviousData, queryOptions, type QueryClient } from "@tanstack/react-query";
import { client, csrfToken } from "./client.ts";
import { pollWhileNotLive } from "./connection.ts";

/** The names under which replies are cached; `applyChange` keeps them fresh. */
export const queryKeys = {
  session: ["session"],
  system: ["system"],
  services: ["services", "list"],
  oneService: ["services", "one"],
  serviceEvents: ["services", "events"],
  endpoints: ["endpoints", "list"],
  oneEndpoint: ["endpoints", "one"],
  endpointEvents: ["endpoints", "events"],
  deployments: ["endpoints", "deployments"],
  replicas: ["endpoints", "replicas"],
  moments: ["endpoints", "moments"],
  jobs: ["jobs"],
  secrets: ["secrets"],
  presets: ["hardware-presets"],
  models: ["models"],
  images: ["images"],
  imagePulls: ["image-pulls"],
  callable: ["callable"],
  downloads: ["downloads"],
  profiles: ["profiles"],
  clusters: ["clusters"],
  logins: ["logins"],
  keys: ["keys"],
  providers: ["providers"],
  providerTests: ["provider-tests"],
  routes: ["routes"],
  usage: ["usage"],
  requests: ["requests"],
  settings: ["settings"],
  checks: ["checks"],
  conversations: ["conversations", "list"],
  oneConversation: ["conversations", "one"],
  hub: ["hub"],
} as const;

const polled = { refetchInterval: pollWhileNotLive(5000) };

export const sessionQuery = queryOptions({
  queryKey: queryKeys.session,
  queryFn: ({ signal }) => client.getSession({ signal }),
  staleTime: Infinity,
});

export const systemQuery = queryOptions({
  queryKey: queryKeys.system,
  queryFn: ({ signal }) => client.getSystem({ signal }),
  refetchInterval: 15_000,
});

export const servicesQuery = queryOptions({
  queryKey: queryKeys.services,
  queryFn: async ({ signal }) => (await client.listServices({ query: { all: "true" }, signal })).data,
  ...polled,
});

export const serviceQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.oneService, id],
    queryFn: ({ signal }) => client.getService({ params: { id }, signal }),
    ...polled,
  });

export const serviceEventsQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.serviceEvents, id],
    queryFn: async ({ signal }) => (await client.listServiceEvents({ params: { id }, signal })).data,
    ...polled,
  });

/** The installed models of every profile, and which profiles could not be looked at. */
export const modelListingQuery = queryOptions({
  queryKey: queryKeys.models,
  queryFn: ({ signal }) => client.listModels({ signal }),
});

export const modelsQuery = queryOptions({ ...modelListingQuery, select: ({ data }) => data });

/** Container images of every profile, and which profiles could not be looked at. */
export const imageListingQuery = queryOptions({
  queryKey: queryKeys.images,
  queryFn: ({ signal }) => client.listImages({ signal }),
});

export const imagePullsQuery = queryOptions({
  queryKey: queryKeys.imagePulls,
  queryFn: async ({ signal }) => (await client.listImagePulls({ signal })).data,
  refetchInterval: pollWhileNotLive(5000),
});

/** What `/v1` accepts in `model`. */
export const callableQuery = queryOptions({
  queryKey: queryKeys.callable,
  queryFn: ({ signal }) => client.listCallableModels({ signal }),
});

export const downloadsQuery = queryOptions({
  queryKey: queryKeys.downloads,
  queryFn: async ({ signal }) => (await client.listDownloads({ signal })).data,
  refetchInterval: pollWhileNotLive(2000),
});

export const profilesQuery = queryOptions({
  queryKey: queryKeys.profiles,
  queryFn: async ({ signal }) => (await client.listProfiles({ signal })).data,
});

/** What a cluster has at the moment; asked anew about as often as the server itself asks. */
export const clusterQuery = (profile: string) =>
  queryOptions({
    queryKey: [...queryKeys.clusters, profile],
    queryFn: ({ signal }) => client.getCluster({ params: { name: profile }, signal }),
    staleTime: 60_000,
    refetchInterval: 60_000,
  });

export const keysQuery = queryOptions({
  queryKey: queryKeys.keys,
  queryFn: async ({ signal }) => (await client.listKeys({ signal })).data,
  // what is spent of a budget changes with every request, which nobody is told of
  refetchInterval: 15_000,
});

export const providersQuery = queryOptions({
  queryKey: queryKeys.providers,
  queryFn: async ({ signal }) => (await client.listProviders({ signal })).data,
  ...polled,
});

/** What the last test of a provider found. It is run on demand only: it asks a model for an answer. */
export const providerTestQuery = (name: string) =>
  queryOptions({
    queryKey: [...queryKeys.providerTests, name],
    queryFn: ({ signal }) => client.testProvider({ params: { name }, signal }),
    enabled: false,
    // who tests twice wants to know anew
    staleTime: 0,
    gcTime: Infinity,
  });

/** The configured routes, each with how its targets stand. */
export const routesQuery = queryOptions({
  queryKey: queryKeys.routes,
  queryFn: async ({ signal }) => (await client.listModelRoutes({ signal })).data,
  ...polled,
});

export type UsageQuery = NonNullable<NonNullable<Parameters<typeof client.getUsage>[0]>["query"]>;

/** What was used. The last rows of an address stay until the next are here, so that the page does not jump. */
export const usageQuery = (query: UsageQuery) =>
  queryOptions({
    queryKey: [...queryKeys.usage, query],
    queryFn: async ({ signal }) => (await client.getUsage({ query, signal })).data,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export const requestQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.requests, "one", id],
    queryFn: ({ signal }) => client.getRequest({ params: { id }, signal }),
    // a request has ended before it is told of
    staleTime: Infinity,
  });

export const settingsQuery = queryOptions({
  queryKey: queryKeys.settings,
  queryFn: async ({ signal }) => (await client.listSettings({ signal })).data,
});

export const checksQuery = queryOptions({
  queryKey: queryKeys.checks,
  queryFn: async ({ signal }) => (await client.listChecks({ signal })).data,
  staleTime: 60_000,
});

export const conversationsQuery = queryOptions({
  queryKey: queryKeys.conversations,
  queryFn: async ({ signal }) => (await client.listConversations({ signal })).data,
});

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: [...queryKeys.oneConversation, id],
    queryFn: ({ signal }) => client.getConversation({ params: { id }, signal }),
    // this page is the writer; a reread could bring back what was just replaced
    staleTime: Infinity,
  });

export const hubSearchQuery = (q: string, task: string | undefined) =>
  queryOptions({
    queryKey: [...queryKeys.hub, "search", q, task ?? ""],
    queryFn: async ({ signal }) => (await client.searchHub({ query: { q, task, limit: 50 }, signal })).data,
    staleTime: 5 * 60_000,
  });

export const hubRepoQuery = (repo: string, revision: string | undefined) =>
  queryOptions({
    queryKey: [...queryKeys.hub, "repo", repo, revision ?? ""],
    queryFn: ({ signal }) => client.getHubModel({ params: { repo }, query: { revision }, signal }),
    staleTime: 5 * 60_000,
  });

export async function logIn(queries: QueryClient, code: string): Promise<void> {
  const session = await client.createSession({ body: { code } });
  csrfToken.set(session.csrfToken ?? undefined);
  queries.clear();
  queries.setQueryData(queryKeys.session, session);
}

export async function logOut(queries: QueryClient): Promise<void> {
  await client.deleteSession();
  csrfToken.set(undefined);
  queries.clear();
}
