/** Endpoints as they are remembered, and what they refer to by name. */
import type { Deployment, Endpoint, EndpointEvent, HardwarePreset } from "@berth/api";

/** An endpoint as it was ordered, and how far its deployments are. */
export interface EndpointRow extends Pick<
  Endpoint,
  | "id"
  | "owner"
  | "name"
  | "description"
  | "visibility"
  | "scaling"
  | "queue"
  | "fallback"
  | "coldStart"
  | "configuration"
  | "currentDeployment"
  | "nextDeployment"
  | "createdAt"
  | "updatedAt"
> {
  /** Names that lead to it as long as no other endpoint of the owner has them. */
  readonly formerNames: readonly string[];
  readonly isPaused: boolean;
  /** It is gone as soon as its replicas are. */
  readonly isDeleted: boolean;
}

export type DeploymentRow = Omit<Deployment, "isCurrent">;
export type NewEndpointEvent = Omit<EndpointEvent, "id">;

/** What is written of an endpoint at once. */
export interface EndpointChange {
  readonly row: EndpointRow;
  /** Inserted, or put in place of those of their numbers. */
  readonly deployments?: readonly DeploymentRow[];
  readonly events?: readonly NewEndpointEvent[];
}

export interface EndpointStore {
  /** In the order they were made. */
  listEndpoints(): Promise<readonly EndpointRow[]>;
  /** All in one transaction; returns the events as stored. Throws `already_exists` when another of the owner's has the name. */
  putEndpoint(change: EndpointChange): Promise<readonly EndpointEvent[]>;
  /** Removes it with its deployments and events. What is not there is already gone. */
  deleteEndpoint(id: string): Promise<void>;
  /** The first one first. */
  listDeployments(endpointId: string): Promise<readonly DeploymentRow[]>;
  /** The last `limit` of them, oldest first. */
  listEndpointEvents(endpointId: string, limit: number): Promise<readonly EndpointEvent[]>;
  /** Forgets what happened before. */
  forgetEndpointEvents(before: number): Promise<void>;
}

/** A secret as it is kept: encrypted under a key that the database does not hold. */
export interface SecretRow {
  readonly owner: string;
  readonly name: string;
  readonly sealed: string;
  readonly provider: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SecretStore {
  listSecrets(): Promise<readonly SecretRow[]>;
  /** Inserts or replaces. */
  putSecret(row: SecretRow): Promise<void>;
  /** Whether it was there. */
  deleteSecret(owner: string, name: string): Promise<boolean>;
}

export type HardwarePresetRow = Omit<HardwarePreset, "isBuiltIn">;

export interface HardwarePresetStore {
  listHardwarePresets(): Promise<readonly HardwarePresetRow[]>;
  /** Inserts or replaces. */
  putHardwarePreset(row: HardwarePresetRow): Promise<void>;
  /** Whether it was there. */
  deleteHardwarePreset(name: string, profile: string | null): Promise<boolean>;
}
