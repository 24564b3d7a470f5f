import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { failureOf, isConnectionFailure, isLoggedOut } from "./failure.ts";
import { queryKeys } from "./queries.ts";
import { toast } from "../parts/toasts.ts";

/** The cache of replies. Failed reads are told by the pages that asked, failed changes also by a remark. */
export function createQueries(onLoggedOut: () => void): QueryClient {
  const watch = (error: unknown): void => {
    if (!isLoggedOut(error)) return;
    queries.setQueryData(queryKeys.session, {
      authenticated: false,
      csrfToken: null,
      expiresAt: null,
      open: false,
    });
    onLoggedOut();
  };
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError: watch }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        watch(error);
        if (mutation.meta?.["toldInPlace"] !== true) toast({ title: failureOf(error).message });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // the server is usually this very machine: what the browser thinks of the network does not matter
        networkMode: "always",
        retry: (failures, error) => isConnectionFailure(error) && failures < 2,
        retryDelay: (failures) => 300 * 2 ** failures,
        refetchOnWindowFocus: false,
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
  return queries;
}
