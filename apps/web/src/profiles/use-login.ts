import type { Login } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";

/** ssh is asked so often what it wants, while it has not said. */
const pollMs = 700;

export interface LoginSession {
  /** Undefined until the server has answered. */
  readonly login: Login | undefined;
  /** The server's own refusal, beside what ssh says. */
  readonly problem: string | undefined;
  readonly busy: boolean;
  readonly answer: (id: string, answer: string) => void;
  readonly again: () => void;
}

/** Runs one log-in for as long as its dialog is open, and gives it up when that closes before the end. */
export function useLogin(name: string): LoginSession {
  const queries = useQueryClient();
  const queryKey = [...queryKeys.profiles, "login", name];
  const accept = (login: Login): void => {
    queries.setQueryData(queryKey, login);
    if (login.status !== "connected") return;
    void queries.invalidateQueries({ queryKey: queryKeys.profiles, exact: true });
    void queries.invalidateQueries({ queryKey: queryKeys.clusters });
  };
  const start = useMutation({
    mutationFn: () => client.startLogin({ params: { name } }),
    onSuccess: accept,
    meta: { toldInPlace: true },
  });
  const say = useMutation({
    mutationFn: (body: { id: string; answer: string }) => client.answerLogin({ params: { name }, body }),
    onSuccess: accept,
    meta: { toldInPlace: true },
  });
  const { data: login, error } = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const found = await client.getLogin({ params: { name }, signal });
      accept(found);
      return found;
    },
    enabled: start.isSuccess && !say.isPending,
    refetchInterval: ({ state }) => (isOpen(state.data) ? pollMs : false),
    staleTime: 0,
    gcTime: 0,
  });
  const { mutate } = start;
  useEffect(() => {
    mutate();
    return () => {
      if (!isOpen(queries.getQueryData<Login>(["profiles", "login", name]))) return;
      // whether it can still be given up does not matter: an unanswered question ends by itself
      client.cancelLogin({ params: { name } }).catch(() => undefined);
    };
  }, [mutate, queries, name]);
  const failure = start.error ?? say.error ?? error;
  return {
    login,
    problem: failure === null ? undefined : failureOf(failure).message,
    busy: start.isPending || say.isPending,
    answer: (id, answer) => say.mutate({ id, answer }),
    again: () => {
      say.reset();
      mutate();
    },
  };
}

function isOpen(login: Login | undefined): boolean {
  return login?.status === "connecting" || login?.status === "prompting";
}
