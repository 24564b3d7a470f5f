import type { Job } from "@berth/api";
import type { JobCall } from "@berth/store";
import type { QueueEndpoint } from "./queue-endpoint.ts";

/** A job's call, to be made as the key that submitted it. */
export interface DispatchedCall {
  readonly endpoint: QueueEndpoint;
  readonly job: Job;
  readonly call: JobCall;
  /** Until then it may be silent. */
  readonly mayTakeMs: number;
}

/** How the endpoint answers: its body comes as it is read, and throws when it breaks off. */
export interface EndpointAnswer {
  readonly status: number;
  readonly contentType: string;
  /** How long to leave it alone, where it says so. */
  readonly retryAfterMs: number | undefined;
  /** Whether a replica may have begun to work on it. */
  readonly hasBegun: boolean;
  readonly body: AsyncIterable<Uint8Array>;
}

/** There is no answer, and nobody has seen anything of the call. */
export class CallNotBegun extends Error {
  override readonly name = "CallNotBegun";
}

/** Calls the endpoint. Rejects when there is no answer, with CallNotBegun where it can be told; the signal breaks off call and answer. */
export type CallEndpoint = (call: DispatchedCall, signal: AbortSignal) => Promise<EndpointAnswer>;
