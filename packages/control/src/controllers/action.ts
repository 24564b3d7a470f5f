import type { ServiceStatus } from "@berth/api";
import type { ServiceRow } from "@berth/store";

/** What an action writes into the row. */
export interface RowChange {
  readonly attempt?: number;
  readonly handle?: string | null;
  readonly failures?: number;
  readonly renewal?: ServiceRow["renewal"];
  readonly service?: Partial<ServiceRow["service"]>;
}

/** A line of the service's history, with what shows it. */
export interface Remark {
  readonly status: ServiceStatus;
  readonly message: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** One step for the executor, which chooses nothing. The steps of a plan are performed in order. */
export type Action =
  | { readonly kind: "write"; readonly change: RowChange; readonly remark: Remark | undefined }
  /** Launches the row's attempt and writes the handle. */
  | { readonly kind: "launch" }
  /** Launches the row's successor and writes its handle. */
  | { readonly kind: "launch-successor" }
  /** Of the present launch, or of the one that is named. */
  | { readonly kind: "stop"; readonly graceMs: number; readonly attempt?: number }
  /** Deletes what an earlier launch left on disk. */
  | { readonly kind: "forget"; readonly attempt: number };

/** Moves the service to the status; that is what `updatedAt` tells the time of. */
export function move(
  status: ServiceStatus,
  message: string,
  service: Partial<ServiceRow["service"]>,
  now: number,
  evidence: Remark["evidence"] = {},
  row: Omit<RowChange, "service"> = {},
): Action {
  return {
    kind: "write",
    change: { ...row, service: { status, updatedAt: now, ...service } },
    remark: { status, message, evidence },
  };
}

/** Changes facts of the row that make no history. */
export function note(service: Partial<ServiceRow["service"]>): Action {
  return { kind: "write", change: { service }, remark: undefined };
}
