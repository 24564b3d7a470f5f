import type { CreateService, LaunchPreview, Service } from "@berth/api";
import type { ServiceRow } from "@berth/store";

/** What endpoints need of services: theirs to order, to stop and to forget. */
export interface ReplicaServices {
  /** The endpoint's, as last read or written, oldest first. */
  of(endpointId: string): readonly ServiceRow[];
  view(row: ServiceRow): Service;
  /** Requests that its runner last said to have. */
  inFlight(id: string): number;
  /** How long one that was ordered now would take to be ready; `undefined` where nobody can tell. */
  startMs(
    spec: Pick<CreateService, "model" | "revision" | "engine" | "resources">,
    profile: string,
  ): number | undefined;
  /** Resolves when the order is stored. Throws as creating a service does, having changed nothing. */
  create(
    spec: CreateService,
    replicaOf: NonNullable<Service["replicaOf"]>,
    signal: AbortSignal,
  ): Promise<ServiceRow>;
  /** What `create` would do, but for a lack of memory. */
  preview(spec: CreateService, signal: AbortSignal): Promise<LaunchPreview>;
  stop(id: string): Promise<unknown>;
  forget(id: string, signal: AbortSignal): Promise<void>;
  logs(
    id: string,
    options: { readonly tailLines?: number | undefined; readonly follow: boolean },
    signal: AbortSignal,
  ): AsyncIterable<string>;
}
