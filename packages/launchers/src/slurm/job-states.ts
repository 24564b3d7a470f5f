import type { EndCause } from "../launcher.ts";

/** What Slurm's word for a job's state means. */
export type JobState =
  /** It has not begun, or not begun again. */
  | { readonly kind: "waiting" }
  | { readonly kind: "running" }
  | { readonly kind: "suspended" }
  /** Its end is being cleaned up, or it is about to be put back. */
  | { readonly kind: "completing" }
  | { readonly kind: "ended"; readonly cause: EndCause }
  | { readonly kind: "strange" };

const states: Readonly<Record<string, JobState>> = {
  PENDING: { kind: "waiting" },
  CONFIGURING: { kind: "waiting" },
  REQUEUED: { kind: "waiting" },
  REQUEUE_FED: { kind: "waiting" },
  REQUEUE_HOLD: { kind: "waiting" },
  SPECIAL_EXIT: { kind: "waiting" },
  RESV_DEL_HOLD: { kind: "waiting" },
  RUNNING: { kind: "running" },
  RESIZING: { kind: "running" },
  SIGNALING: { kind: "running" },
  STAGE_OUT: { kind: "completing" },
  COMPLETING: { kind: "completing" },
  SUSPENDED: { kind: "suspended" },
  STOPPED: { kind: "suspended" },
  COMPLETED: { kind: "ended", cause: "engine" },
  FAILED: { kind: "ended", cause: "engine" },
  CANCELLED: { kind: "ended", cause: "cancelled" },
  REVOKED: { kind: "ended", cause: "cancelled" },
  TIMEOUT: { kind: "ended", cause: "time_limit" },
  OUT_OF_MEMORY: { kind: "ended", cause: "out_of_memory" },
  NODE_FAIL: { kind: "ended", cause: "node_failed" },
  BOOT_FAIL: { kind: "ended", cause: "node_failed" },
  PREEMPTED: { kind: "ended", cause: "preempted" },
  DEADLINE: { kind: "ended", cause: "not_started" },
};

export function jobStateOf(word: string): JobState {
  return states[word] ?? { kind: "strange" };
}
