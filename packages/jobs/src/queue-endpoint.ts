import type { QueueRules, Scope } from "@berth/api";

/** An endpoint, as far as its queue needs it. */
export interface QueueEndpoint {
  readonly id: string;
  /** `owner/name` */
  readonly fullName: string;
  readonly owner: string;
  readonly rules: QueueRules;
  /** Whether the server itself calls its replicas; otherwise workers take the jobs. */
  readonly isDispatched: boolean;
  /** Its jobs wait. */
  readonly isPaused: boolean;
  /** How many calls its ready replicas can have at once; 0: none is ready. */
  readonly slots: number;
}

/** Who asks. */
export interface QueueCaller {
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  readonly models: readonly string[] | null;
  readonly owner?: string | null;
}

/** Whether an endpoint is the caller's own to use as it likes: what its rules allow callers is for others. */
export function isOwners(
  { owner }: Pick<QueueEndpoint, "owner">,
  caller: Pick<QueueCaller, "scopes" | "owner">,
): boolean {
  return caller.scopes.includes("admin") || caller.owner === owner;
}

/** The endpoints there are, from memory. */
export interface QueueEndpoints {
  /** By id, OWNER/NAME or name. Throws `not_found`, `conflict` (several have the name), `forbidden` (the caller may not call it). */
  find(id: string, caller: QueueCaller): QueueEndpoint;
  /** The same for who works on its jobs: `forbidden` when the caller may only call it. */
  findForWork(id: string, caller: QueueCaller): QueueEndpoint;
  /** By id. */
  get(id: string): QueueEndpoint | undefined;
  list(): readonly QueueEndpoint[];
  /** Called after each change of slots, pauses or rules, until the returned function is called. */
  watch(listener: () => void): () => void;
}
