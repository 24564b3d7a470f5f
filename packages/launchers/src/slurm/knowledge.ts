import type { AccountingRow, LaunchFiles, QueueRow } from "./read-look.ts";

/** All that is known of one launch at a moment. Times are seconds by the cluster's clock. */
export interface Knowledge {
  readonly launchId: string;
  /** `launch` has once said that it was accepted. */
  readonly wasAccepted: boolean;
  readonly nowSeconds: number;
  readonly files: LaunchFiles;
  /** When its present run was first seen to have begun. */
  readonly startSeenAt: number | undefined;
  /** What the scheduler last said, when it last answered. */
  readonly queue: { readonly askedAt: number; readonly row: QueueRow | undefined } | undefined;
  /** Its words, when it did not answer the last time. */
  readonly trouble: string | undefined;
  readonly accounting: AccountingKnowledge;
  /** Jobs of its partition that stand before it. */
  readonly jobsAhead: number | undefined;
  /** Read once there was reason to. */
  readonly logs: LaunchLogs | undefined;
  /** Its end was noticed before: how long ago, and whether the scheduler was asked since, and answered. */
  readonly awaited: { readonly seconds: number; readonly isAnswered: boolean } | undefined;
}

export interface AccountingKnowledge {
  readonly row: AccountingRow | undefined;
  /** When the launch was submitted: records of before are of others. */
  readonly since: number;
  /** When it was first asked. */
  readonly askedAt: number | undefined;
  /** How often it did not answer, or knew of no such job. */
  readonly failures: number;
  readonly words: string | undefined;
}

/** Last lines. */
export interface LaunchLogs {
  readonly job: readonly string[];
  readonly engine: readonly string[];
}
