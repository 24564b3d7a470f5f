import type { Conversation, Download, Key, Profile, Scope, Service, ServiceEvent } from "@berth/api";

/** What Berth remembers. This is the port, in verbs of the domain; `./sqlite` is the embedded adapter. */

/** A service as it is stored: what people see, and what only the control plane needs. */
export interface ServiceRow {
  /** Optimistic lock: `putService` refuses a stale one. */
  readonly generation: number;
  readonly service: Omit<Service, "inFlight" | "lastActivityAt" | "memoryMiB">;
  /** What the spec's writer wants: run, or stop. */
  readonly desired: "running" | "stopped";
  /** Counts launches; `launchId` is `<id>-<attempt>`. 0: never launched. */
  readonly attempt: number;
  readonly handle: string | null;
  /** The runner's secret, which must survive us to reach a running engine. The database file is 0600. */
  readonly secret: string;
  readonly apiKeyHash: string | null;
  readonly plan: string;
  /** Failures in a row without a long enough healthy time between; drives back-off. */
  readonly failures: number;
}

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  /** SHA-256 of the key, hex. The key has 256 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  readonly models: readonly string[] | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly lastUsedAt: number | null;
}

export interface SessionRow {
  readonly idHash: string;
  readonly csrfToken: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A directory or file somebody registered as a model. */
export interface LocalModelRow {
  readonly path: string;
  readonly name: string;
  readonly profile: string;
}

export interface ServiceStore {
  listServices(filter?: { readonly ended?: boolean }): Promise<readonly ServiceRow[]>;
  getService(id: string): Promise<ServiceRow | undefined>;
  /** Inserts with its first event, in one transaction. Throws `already_exists` for a name or port a live service has. */
  insertService(row: ServiceRow, event: Omit<ServiceEvent, "id">): Promise<ServiceEvent>;
  /** Writes row and events in one transaction; `conflict` when somebody wrote in between. Returns the stored events. */
  putService(row: ServiceRow, events: readonly Omit<ServiceEvent, "id">[]): Promise<readonly ServiceEvent[]>;
  /** Removes row and events. What is not there is already gone. */
  deleteService(id: string): Promise<void>;
}

export interface EventStore {
  listServiceEvents(serviceId: string): Promise<readonly ServiceEvent[]>;
}

export interface KeyStore {
  listKeys(): Promise<readonly KeyRow[]>;
  insertKey(row: KeyRow): Promise<void>;
  deleteKey(id: string): Promise<boolean>;
  touchKeys(used: ReadonlyMap<string, number>): Promise<void>;
}

export interface SessionStore {
  getSession(idHash: string, now: number): Promise<SessionRow | undefined>;
  insertSession(row: SessionRow): Promise<void>;
  deleteSession(idHash: string): Promise<void>;
}

export interface DownloadStore {
  listDownloads(): Promise<readonly Download[]>;
  putDownload(download: Download): Promise<void>;
  deleteDownload(id: string): Promise<void>;
}

export interface ConversationStore {
  listConversations(): Promise<readonly Omit<Conversation, "messages" | "parameters" | "systemPrompt">[]>;
  getConversation(id: string): Promise<Conversation | undefined>;
  putConversation(conversation: Conversation): Promise<void>;
  deleteConversation(id: string): Promise<boolean>;
}

export interface LocalModelStore {
  listLocalModels(): Promise<readonly LocalModelRow[]>;
  /** Throws `already_exists` when the profile has the name or path. */
  insertLocalModel(row: LocalModelRow): Promise<void>;
  deleteLocalModel(row: Pick<LocalModelRow, "path" | "profile">): Promise<void>;
}

/** Each part is a port of its own; a caller asks for the part it needs. */
export interface Store {
  readonly services: ServiceStore;
  readonly events: EventStore;
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly downloads: DownloadStore;
  readonly conversations: ConversationStore;
  readonly localModels: LocalModelStore;
  readonly maintenance: Maintenance;
}

export interface Maintenance {
  /** Problems found, none when it is whole. */
  check(): Promise<readonly string[]>;
  /** A consistent copy, made while others read and write. Throws `already_exists`. */
  backup(path: string): Promise<{ readonly sizeBytes: number }>;
  close(): Promise<void>;
}

export type { Key, Profile };
