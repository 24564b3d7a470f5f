import type { Endpoint } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { AlarmClock, Pause, Pencil, Play, Rocket, Trash2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { applyChange } from "../api/apply-change.ts";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";
import type { MenuAction } from "../parts/menu.tsx";
import { toast } from "../parts/toasts.ts";
import { DeleteQuestion, PauseQuestion, RenameDialog } from "./endpoint-dialogs.ts";

type Question = { readonly kind: "rename" | "pause" | "delete"; readonly endpoint: Endpoint };

export interface EndpointActions {
  readonly deploy: (endpoint: Endpoint) => void;
  readonly rollback: (endpoint: Endpoint, number: number) => void;
  readonly wake: (endpoint: Endpoint) => void;
  readonly resume: (endpoint: Endpoint) => void;
  readonly ask: (kind: Question["kind"], endpoint: Endpoint) => void;
  readonly menu: (endpoint: Endpoint) => MenuAction[];
  readonly busy: boolean;
  /** Must stand in the page: it asks before something is lost. */
  readonly dialog: ReactNode;
}

/** What a person can do to an endpoint. Asks first where calls would be refused or jobs lost. */
export function useEndpointActions(onRemoved?: () => void): EndpointActions {
  const queries = useQueryClient();
  const [question, setQuestion] = useState<Question>();
  const accept = (endpoint: Endpoint): void => applyChange(queries, { type: "endpoint", endpoint });
  const reread = ({ id }: Endpoint): void => {
    void queries.invalidateQueries({ queryKey: [...queryKeys.deployments, id] });
    void queries.invalidateQueries({ queryKey: queryKeys.endpoints });
    void queries.invalidateQueries({ queryKey: queryKeys.oneEndpoint });
  };
  const deploy = useMutation({
    mutationFn: ({ id }: Endpoint) => client.deployEndpoint({ params: { id } }),
    onSuccess: ({ number }, endpoint) => {
      toast({ title: `Deployment ${number} of ${endpoint.fullName} is on its way.` });
      reread(endpoint);
    },
  });
  const rollback = useMutation({
    mutationFn: ({ endpoint: { id }, number }: { endpoint: Endpoint; number: number }) =>
      client.rollbackEndpoint({ params: { id }, body: { number } }),
    onSuccess: ({ number, rollbackTo }, { endpoint }) => {
      toast({ title: `Deployment ${number} brings back what ${rollbackTo ?? "an earlier one"} was.` });
      reread(endpoint);
    },
  });
  const wake = useMutation({
    mutationFn: ({ id }: Endpoint) => client.wakeEndpoint({ params: { id } }),
    onSuccess: accept,
  });
  const resume = useMutation({
    mutationFn: ({ id }: Endpoint) => client.resumeEndpoint({ params: { id } }),
    onSuccess: accept,
  });
  const pause = useMutation({
    mutationFn: ({ id }: Endpoint) => client.pauseEndpoint({ params: { id } }),
    onSuccess: (endpoint) => {
      accept(endpoint);
      const action = { label: "Resume", run: () => resume.mutate(endpoint) };
      toast({ title: `${endpoint.fullName} is paused.`, action });
    },
  });
  const remove = useMutation({
    mutationFn: ({ id }: Endpoint) => client.deleteEndpoint({ params: { id } }),
    onSuccess: (_, { id, fullName }) => {
      applyChange(queries, { type: "endpoint-removed", id });
      toast({ title: `${fullName} is deleted.` });
      onRemoved?.();
    },
  });
  const close = (): void => setQuestion(undefined);
  const ask: EndpointActions["ask"] = (kind, endpoint) => setQuestion({ kind, endpoint });
  const one = question?.endpoint;
  return {
    deploy: (endpoint) => deploy.mutate(endpoint),
    rollback: (endpoint, number) => rollback.mutate({ endpoint, number }),
    wake: (endpoint) => wake.mutate(endpoint),
    resume: (endpoint) => resume.mutate(endpoint),
    ask,
    menu: (endpoint) =>
      menuOf(endpoint, {
        deploy: deploy.mutate,
        wake: wake.mutate,
        resume: resume.mutate,
        ask,
      }),
    busy: [deploy, rollback, wake, resume, pause, remove].some(({ isPending }) => isPending),
    dialog: one !== undefined && (
      <>
        <RenameDialog open={question?.kind === "rename"} onClose={close} endpoint={one} />
        <PauseQuestion
          open={question?.kind === "pause"}
          onClose={close}
          endpoint={one}
          onYes={() => pause.mutate(one)}
        />
        <DeleteQuestion
          open={question?.kind === "delete"}
          onClose={close}
          endpoint={one}
          onYes={() => remove.mutate(one)}
        />
      </>
    ),
  };
}

function menuOf(
  endpoint: Endpoint,
  {
    deploy,
    wake,
    resume,
    ask,
  }: {
    readonly deploy: (endpoint: Endpoint) => void;
    readonly wake: (endpoint: Endpoint) => void;
    readonly resume: (endpoint: Endpoint) => void;
    readonly ask: EndpointActions["ask"];
  },
): MenuAction[] {
  const { status, replicas, currentDeployment, configuration } = endpoint;
  const isPaused = status === "PAUSED";
  const canWake =
    !isPaused && configuration.template !== null && currentDeployment !== null && replicas.wanted === 0;
  return [
    ...(isPaused ? [] : [{ title: "Deploy", Icon: Rocket, run: () => deploy(endpoint) }]),
    ...(canWake ? [{ title: "Wake", Icon: AlarmClock, run: () => wake(endpoint) }] : []),
    ...(isPaused
      ? [{ title: "Resume", Icon: Play, run: () => resume(endpoint) }]
      : [{ title: "Pause …", Icon: Pause, run: () => ask("pause", endpoint) }]),
    { title: "Rename …", Icon: Pencil, run: () => ask("rename", endpoint) },
    { title: "Delete …", Icon: Trash2, run: () => ask("delete", endpoint), danger: true },
  ];
}
