import type { Job } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleStop, RotateCw } from "lucide-react";
import { client } from "../api/client.ts";
import { queryKeys } from "../api/queries.ts";
import type { MenuAction } from "../parts/menu.tsx";
import { toast } from "../parts/toasts.ts";
import { isJobOver } from "./job-state.tsx";

export interface JobActions {
  readonly cancel: (job: Job) => void;
  readonly retry: (job: Job) => void;
  readonly menu: (job: Job) => MenuAction[];
  readonly busy: boolean;
}

/** What a person can do to a job. Both can be taken back: what was cancelled is retried, what is retried is cancelled. */
export function useJobActions(): JobActions {
  const queries = useQueryClient();
  const reread = (): void => void queries.invalidateQueries({ queryKey: queryKeys.jobs });
  const retry = useMutation({
    mutationFn: ({ id }: Job) => client.retryJob({ params: { id } }),
    onSuccess: ({ id }) => {
      toast({ title: `Job ${id} is queued again.` });
      reread();
    },
  });
  const cancel = useMutation({
    mutationFn: ({ id }: Job) => client.cancelJob({ params: { id } }),
    onSuccess: (job) => {
      const action = { label: "Queue it again", run: () => retry.mutate(job) };
      toast({ title: `Job ${job.id} is cancelled.`, action });
      reread();
    },
  });
  return {
    cancel: (job) => cancel.mutate(job),
    retry: (job) => retry.mutate(job),
    menu: (job) => [
      ...(canRetry(job) ? [{ title: "Retry", Icon: RotateCw, run: () => retry.mutate(job) }] : []),
      ...(isJobOver(job) ? [] : [{ title: "Cancel", Icon: CircleStop, run: () => cancel.mutate(job) }]),
    ],
    busy: retry.isPending || cancel.isPending,
  };
}

/** It ended without a result. */
export function canRetry(job: Job): boolean {
  return isJobOver(job) && job.status !== "COMPLETED";
}
