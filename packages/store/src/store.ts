/** What Berth remembers. This is the port, in verbs of the domain; `./sqlite` is the embedded adapter. */
import type {
  liveShape,
  Conversation,
  Download,
  ImagePull,
  KeyLimits,
  ModelRoute,
  Provider,
  ProviderModelSpec,
  RequestDetails,
  RequestRecord,
  RouteTarget,
  Scope,
  Service,
  ServiceEvent,
  UsageGroup,
  UsageRow,
} from "@berth/api";
import type { EndpointStore, HardwarePresetStore, SecretStore } from "./endpoint-store.ts";

export type * from "./endpoint-store.ts";
export type * from "./job-store.ts";
export { jobPieceBytes } from "./job-store.ts";

/** The launch that is to take over from the present one before its wall time ends. */
export interface SuccessorRow {
  readonly attempt: number;
  readonly handle: string | null;
  readonly status: "PENDING" | "STARTING";
  readonly statusReason: string | null;
  /** Since when it has this status. */
  readonly updatedAt: number;
  /** It was over before it was ready, or could not be launched: the next one is launched then. */
  readonly retryAt: number | null;
  /** Successors in a row that were never ready. */
  readonly failures: number;
}

/** A launch that was taken over from. It gets no new requests and ends its last ones. */
export interface PredecessorRow {
  readonly attempt: number;
  readonly handle: string | null;
  /** When it was taken over from. */
  readonly since: number;
}

/** The launches beside a service's present one. */
export interface RenewalRow {
  /** The highest attempt there was, whatever became of it. */
  readonly lastAttempt: number;
  readonly successor: SuccessorRow | null;
  readonly predecessors: readonly PredecessorRow[];
}

/** A service as it is stored: what people see, and what only the control plane needs. */
export interface ServiceRow {
  /** Optimistic lock: `putService` wants the one that was read and stores the next, `generation + 1`. */
  readonly generation: number;
  readonly service: Omit<Service, keyof typeof liveShape>;
  /** What the spec's writer wants: run, or stop. */
  readonly desired: "running" | "stopped";
  /** The present launch; `launchId` is `<id>-<attempt>`. 0: never launched. */
  readonly attempt: number;
  readonly handle: string | null;
  /** Its runners' secrets are made of it, which must survive us to reach a running engine. The database file is 0600. */
  readonly secret: string;
  readonly apiKeyHash: string | null;
  readonly plan: string;
  /** Failures in a row without a long enough healthy time between; drives back-off. */
  readonly failures: number;
  /** `null`: no launch but the present one, and none ever had a higher number. */
  readonly renewal: RenewalRow | null;
}

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  /** SHA-256 of the key, hex. The key has 256 random bits, so a slow hash would add nothing. */
  readonly hash: string;
  readonly scopes: readonly Scope[];
  readonly models: readonly string[] | null;
  readonly limits: KeyLimits;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly logBodies: boolean;
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

/** A model as a provider itself tells of it. */
export interface FoundModelRow {
  readonly name: string;
  readonly task: ProviderModelSpec["task"] | null;
  readonly contextTokens: number | null;
  readonly maxOutputTokens: number | null;
}

/** A provider as it was ordered, and what the last look found. */
export interface ProviderRow extends Omit<
  Provider,
  "models" | "credential" | "status" | "statusReason" | "checkedAt" | "latenciesMs"
> {
  readonly models: readonly ProviderModelSpec[];
  readonly credential:
    | { readonly kind: "none" }
    | { readonly kind: "env"; readonly name: string }
    /** Encrypted under a key that the database does not hold. */
    | { readonly kind: "stored"; readonly sealed: string; readonly setAt: number };
  /** So that a provider that is away at the start of the server keeps its names. `null`: never looked, or it has no list. */
  readonly found: readonly FoundModelRow[] | null;
}

/** A configured route as it was ordered. */
export interface ModelRouteRow extends Omit<ModelRoute, "targets"> {
  readonly targets: readonly RouteTarget[];
}

export interface ServiceStore {
  /** Oldest first; with `ended`, only those that have ended, or only those that have not. */
  listServices(filter?: { readonly ended?: boolean }): Promise<readonly ServiceRow[]>;
  getService(id: string): Promise<ServiceRow | undefined>;
  /** Inserts with its first event, in one transaction. Throws `already_exists` for a name or port a live service has. */
  insertService(row: ServiceRow, event: Omit<ServiceEvent, "id">): Promise<ServiceEvent>;
  /**
   * Writes row and events in one transaction and returns the stored events. Throws `conflict` when somebody wrote or
   * deleted the row since it was read, `already_exists` when it takes a live service's name or port.
   */
  putService(row: ServiceRow, events: readonly Omit<ServiceEvent, "id">[]): Promise<readonly ServiceEvent[]>;
  /** Removes row and events. What is not there is already gone. */
  deleteService(id: string): Promise<void>;
}

export interface EventStore {
  /** Oldest first. */
  listServiceEvents(serviceId: string): Promise<readonly ServiceEvent[]>;
}

export interface KeyStore {
  listKeys(): Promise<readonly KeyRow[]>;
  /** Throws `already_exists` when a key has the name. */
  insertKey(row: KeyRow): Promise<void>;
  /**
   * Writes all of a key but its hash, prefix, scopes and last use. Throws `already_exists` when another has the name.
   * Passes over one that is gone.
   */
  updateKey(row: KeyRow): Promise<void>;
  /** Whether it was there. */
  deleteKey(id: string): Promise<boolean>;
  /** Key ids and when each was last used. Never moves one back; passes over keys that are gone. */
  touchKeys(used: ReadonlyMap<string, number>): Promise<void>;
}

export interface SessionStore {
  /** `undefined` when it is unknown or expired at `now`. */
  getSession(idHash: string, now: number): Promise<SessionRow | undefined>;
  insertSession(row: SessionRow): Promise<void>;
  /** A session that was deleted stays so. */
  extendSession(idHash: string, expiresAt: number): Promise<void>;
  /** What is not there is already gone. */
  deleteSession(idHash: string): Promise<void>;
  deleteExpiredSessions(now: number): Promise<void>;
}

export interface DownloadStore {
  /** Newest first. */
  listDownloads(): Promise<readonly Download[]>;
  /** Inserts or replaces. */
  putDownload(download: Download): Promise<void>;
  /** What is not there is already gone. */
  deleteDownload(id: string): Promise<void>;
}

/** A pull of a container image, with what its order said beside. */
export interface ImagePullRow {
  readonly pull: ImagePull;
  readonly name: string | null;
  readonly loginNode: boolean;
}

export interface ImagePullStore {
  listImagePulls(): Promise<readonly ImagePullRow[]>;
  /** Inserts or replaces. */
  putImagePull(row: ImagePullRow): Promise<void>;
  /** What is not there is already gone. */
  deleteImagePull(id: string): Promise<void>;
}

export type ConversationSummary = Omit<Conversation, "messages" | "parameters" | "systemPrompt">;

export interface ConversationStore {
  /** Last changed first. */
  listConversations(): Promise<readonly ConversationSummary[]>;
  getConversation(id: string): Promise<Conversation | undefined>;
  /** Inserts or replaces. */
  putConversation(conversation: Conversation): Promise<void>;
  /** Whether it was there. */
  deleteConversation(id: string): Promise<boolean>;
}

export interface LocalModelStore {
  listLocalModels(): Promise<readonly LocalModelRow[]>;
  /** Throws `already_exists` when the profile has the name or path. */
  insertLocalModel(row: LocalModelRow): Promise<void>;
  /** What is not there is already gone. */
  deleteLocalModel(row: Pick<LocalModelRow, "path" | "profile">): Promise<void>;
}

export interface ProviderStore {
  /** In the order they were made. */
  listProviders(): Promise<readonly ProviderRow[]>;
  /** Inserts, or replaces the one of this id. Throws `already_exists` when another has the name. */
  putProvider(row: ProviderRow): Promise<void>;
  /** What is not there is already gone. */
  deleteProvider(id: string): Promise<void>;
}

export interface ModelRouteStore {
  /** In the order they were made. */
  listModelRoutes(): Promise<readonly ModelRouteRow[]>;
  /** Inserts, or replaces the one of this name. */
  putModelRoute(row: ModelRouteRow): Promise<void>;
  /** Puts these in place of all there are, in one transaction. */
  replaceModelRoutes(rows: readonly ModelRouteRow[]): Promise<void>;
  /** What is not there is already gone. */
  deleteModelRoute(name: string): Promise<void>;
}

export interface ProfileReferenceStore {
  /** Gives every row that names the profile its new name, in one transaction. */
  renameProfile(from: string, to: string): Promise<void>;
}

/** A finished request for the ledger. */
export interface LedgerEntry {
  readonly record: Omit<RequestRecord, "hasBodies">;
  /** Kept as long as bodies are; what is longer than a mebibyte is cut. */
  readonly bodies: { readonly request: string; readonly response: string } | undefined;
}

/** Requests that are looked for. Times are when they ended, the first included, the second not. */
export interface RequestFilter {
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly route?: string | undefined;
  readonly outcome?: RequestRecord["outcome"] | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface RequestPage {
  /** What ended last comes first. */
  readonly records: readonly RequestRecord[];
  /** `null`: that was all. */
  readonly next: string | null;
}

/** Requests that began in whole hours: those that `fromMs` and `toMs` lie in, the last one included. */
export interface UsageQuery {
  readonly by: UsageGroup;
  readonly fromMs: number;
  readonly toMs: number;
  readonly keyId?: string | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly route?: string | undefined;
}

/** What is older than this is forgotten. Milliseconds since 1970. */
export interface UsageHorizon {
  readonly requestsMs: number;
  readonly bodiesMs: number;
  /** Sums by hour and day, which budgets and plots are made of. */
  readonly totalsMs: number;
}

/** The ledger of requests. It may lose the last second of work in a crash, and nothing more. */
export interface UsageStore {
  /** Hands them over and returns at once; when they come faster than they can be written, some are lost, and that is told. */
  append(entries: readonly LedgerEntry[]): void;
  /** Throws `invalid_request` for a cursor that is none. */
  listRequests(filter: RequestFilter): Promise<RequestPage>;
  /** Of several that told the same id each has one of its own, as they are listed. */
  getRequest(id: string): Promise<RequestDetails | undefined>;
  /** By name; hours and days in order. Percentiles are of requests that did not fail, and at most 4.8 % off. */
  groupUsage(query: UsageQuery): Promise<readonly UsageRow[]>;
  /** Forgets what is old, in steps so small that writing goes on. */
  purge(horizon: UsageHorizon): Promise<void>;
}

/** Each part is a port of its own; a caller asks for the part it needs. */
export interface Store {
  readonly services: ServiceStore;
  readonly events: EventStore;
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly downloads: DownloadStore;
  readonly imagePulls: ImagePullStore;
  readonly conversations: ConversationStore;
  readonly localModels: LocalModelStore;
  readonly profileReferences: ProfileReferenceStore;
  readonly providers: ProviderStore;
  readonly modelRoutes: ModelRouteStore;
  readonly endpoints: EndpointStore;
  readonly secrets: SecretStore;
  readonly hardwarePresets: HardwarePresetStore;
  readonly maintenance: Maintenance;
}

export interface Maintenance {
  /** Problems found, none when it is whole. */
  check(): Promise<readonly string[]>;
  /** A consistent copy, made while others read and write. Throws `already_exists`. */
  backup(path: string): Promise<{ readonly sizeBytes: number }>;
  close(): Promise<void>;
}
