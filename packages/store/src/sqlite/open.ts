import { type Clock, systemClock } from "@berth/std/clock";
import type { Store } from "../store.ts";
import { backupTo } from "./backup.ts";
import { checkDatabase } from "./check.ts";
import { connect } from "./connection.ts";
import { conversationStore } from "./conversations.ts";
import { prepareDatabaseFile } from "./database-file.ts";
import { downloadStore } from "./downloads.ts";
import { type FileSystemProbe, systemProbe } from "./file-system.ts";
import { endpointStore } from "./endpoints.ts";
import { imagePullStore } from "./image-pulls.ts";
import { keyStore } from "./keys.ts";
import { localModelStore } from "./local-models.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations.ts";
import { modelRouteStore } from "./model-routes.ts";
import { profileReferenceStore } from "./profile-references.ts";
import { providerStore } from "./providers.ts";
import { eventStore, serviceStore } from "./services.ts";
import { hardwarePresetStore, secretStore } from "./secrets.ts";
import { sessionStore } from "./sessions.ts";

export interface SqliteStoreOptions {
  /** Absolute; the file and its directory are made when absent. */
  readonly path: string;
  readonly clock?: Pick<Clock, "now">;
  readonly fileSystem?: FileSystemProbe;
}

/**
 * Opens the embedded store, bringing its schema up to date after a backup. Throws, having changed nothing, when the
 * file lies on a network file system, cannot be written, is damaged, is not Berth's or is from a newer Berth. Keeping
 * a second server away is the state lock's work.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, clock = systemClock, fileSystem = systemProbe } = options;
  await prepareDatabaseFile(path, fileSystem);
  const connection = connect(path);
  const { database, db } = connection;
  try {
    await migrate(connection, migrations, clock);
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    services: serviceStore(db),
    events: eventStore(db),
    keys: keyStore(db),
    sessions: sessionStore(db),
    downloads: downloadStore(db),
    imagePulls: imagePullStore(db),
    conversations: conversationStore(db),
    localModels: localModelStore(db),
    profileReferences: profileReferenceStore(db),
    providers: providerStore(db),
    modelRoutes: modelRouteStore(db),
    endpoints: endpointStore(db),
    secrets: secretStore(db),
    hardwarePresets: hardwarePresetStore(db),
    maintenance: {
      check: () => checkDatabase(connection),
      backup: (target) => backupTo(database, target),
      close: async () => {
        if (!database.open) return;
        // takes its turn behind the writes under way; what comes later is refused
        await db.connection().execute(async () => void database.close());
        await db.destroy();
      },
    },
  };
}
