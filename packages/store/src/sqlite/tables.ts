import type { Generated } from "kysely";

/**
 * The tables as they are stored. What is looked for, sorted by or kept unique has a column of its own; what is only
 * carried lies in a JSON column (`*_json`). Times are integer milliseconds since 1970 UTC.
 */
export interface Tables {
  services: ServicesTable;
  service_events: ServiceEventsTable;
  keys: KeysTable;
  sessions: SessionsTable;
  downloads: DownloadsTable;
  conversations: ConversationsTable;
  local_models: LocalModelsTable;
  image_pulls: ImagePullsTable;
  providers: ProvidersTable;
  model_routes: ModelRoutesTable;
  endpoints: EndpointsTable;
  deployments: DeploymentsTable;
  endpoint_events: EndpointEventsTable;
  secrets: SecretsTable;
  hardware_presets: HardwarePresetsTable;
  migrations: MigrationsTable;
}

export interface ServicesTable {
  id: string;
  generation: number;
  name: string;
  profile: string;
  status: string;
  port: number | null;
  created_at: number;
  updated_at: number;
  desired: string;
  attempt: number;
  handle: string | null;
  secret: string;
  api_key_hash: string | null;
  plan: string;
  failures: number;
  /** Everything else of the service, as people see it. */
  service_json: string;
}

export interface ServiceEventsTable {
  id: Generated<number>;
  service_id: string;
  at: number;
  status: string;
  message: string;
  evidence_json: string;
}

export interface KeysTable {
  id: string;
  name: string;
  prefix: string;
  hash: string;
  scopes_json: string;
  models_json: string | null;
  limits_json: string;
  tags_json: string;
  owner: string | null;
  log_bodies: number;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

export interface SessionsTable {
  id_hash: string;
  csrf_token: string;
  created_at: number;
  expires_at: number;
}

export interface DownloadsTable {
  id: string;
  profile: string;
  created_at: number;
  download_json: string;
}

export interface ConversationsTable {
  id: string;
  title: string;
  model: string | null;
  created_at: number;
  updated_at: number;
  content_json: string;
}

export interface LocalModelsTable {
  profile: string;
  path: string;
  name: string;
}

export interface ImagePullsTable {
  id: string;
  profile: string;
  pull_json: string;
}

export interface ProvidersTable {
  /** In the order they were made. */
  number: Generated<number>;
  id: string;
  name: string;
  provider_json: string;
}

export interface ModelRoutesTable {
  /** In the order they were made. */
  number: Generated<number>;
  name: string;
  route_json: string;
}

export interface EndpointsTable {
  /** In the order they were made. */
  number: Generated<number>;
  id: string;
  owner: string;
  name: string;
  endpoint_json: string;
}

export interface DeploymentsTable {
  id: string;
  endpoint_id: string;
  number: number;
  deployment_json: string;
}

export interface EndpointEventsTable {
  id: Generated<number>;
  endpoint_id: string;
  at: number;
  kind: string;
  message: string;
  evidence_json: string;
}

export interface SecretsTable {
  owner: string;
  name: string;
  secret_json: string;
}

export interface HardwarePresetsTable {
  name: string;
  /** Empty: everywhere. */
  profile: string;
  preset_json: string;
}

export interface MigrationsTable {
  version: number;
  name: string;
  applied_at: number;
}
