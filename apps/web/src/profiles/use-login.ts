import type { Login } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { applyLogin } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { pollWhileNotLive } from "../api/connection.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";

export interface LoginSession {
  /** Undefined until the server has answered. */
  readonly login: Login | undefined;
  /** The server's own refusal, beside what ssh says. */
  readonly problem: string | undefined;
  readonly busy: boolean;
  readonly answer: (promptId: string, answer: string) => void;
  readonly again: () => void;
}

/** Runs one log-in for as long as its dialog is open, and gives it up when that closes before the end. */
export function useLogin(name: string): LoginSession {
  const queries = useQueryClient();
  const told = { meta: { toldInPlace: true }, onSuccess: (login: Login) => applyLogin(queries, login) };
  const start = useMutation({ mutationFn: () => client.startLogin({ params: { name } }), ...told });
  const say = useMutation({
    mutationFn: (body: { promptId: string; answer: string }) =>
      client.answerLogin({ params: { name }, body }),
    ...told,
  });
  // the stream of changes brings the questions; asking for them only stands in for it
  const { data: login } = useQuery({
    queryKey: [...queryKeys.logins, name],
    queryFn: ({ signal }) => client.getLogin({ params: { name }, signal }),
    enabled: start.isSuccess,
    refetchInterval: pollWhileNotLive(1000),
    staleTime: Infinity,
  });
  const { mutate } = start;
  useEffect(() => {
    // how an earlier attempt ended says nothing of this one
    queries.removeQueries({ queryKey: [...queryKeys.logins, name] });
    mutate();
    return () => {
      const last = queries.getQueryData<Login>([...queryKeys.logins, name]);
      if (last?.status !== "connecting" && last?.status !== "prompting") return;
      // whether it can still be given up does not matter: a question that nobody answers ends by itself
      client.cancelLogin({ params: { name } }).catch(() => undefined);
    };
  }, [mutate, queries, name]);
  const connected = login?.status === "connected";
  useEffect(() => {
    if (!connected) return;
    void queries.invalidateQueries({ queryKey: queryKeys.profiles });
    void queries.invalidateQueries({ queryKey: queryKeys.clusters });
  }, [connected, queries]);
  const failure = start.error ?? say.error;
  return {
    login: start.isPending ? undefined : login,
    problem: failure === null ? undefined : failureOf(failure).message,
    busy: start.isPending || say.isPending,
    answer: (promptId, answer) => say.mutate({ promptId, answer }),
    again: () => {
      say.reset();
      mutate();
    },
  };
}
