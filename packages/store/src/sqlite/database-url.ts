import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BerthError } from "@berth/api";

export interface DatabaseLocation {
  readonly kind: "sqlite";
  readonly path: string;
}

const param = "BERTH_DATABASE_URL";

/**
 * Reads BERTH_DATABASE_URL: absent means `berth.db` in the state directory; else `sqlite:///absolute/path`, a `file:`
 * URL or an absolute path. Refuses Postgres by name. Its messages never hold the URL, which may hold a password.
 */
export function parseDatabaseUrl(url: string | undefined, stateDir: string): DatabaseLocation {
  if (url === undefined || url.trim() === "") return { kind: "sqlite", path: join(stateDir, "berth.db") };
  if (isAbsolute(url)) return { kind: "sqlite", path: url };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  switch (scheme) {
    case "postgres":
    case "postgresql":
      throw new BerthError(
        "unsupported",
        `${param}: Postgres is not supported yet. Unset it to keep everything in SQLite, in BERTH_STATE_DIR`,
        { param },
      );
    case "sqlite":
    case "file":
      return { kind: "sqlite", path: localPath(url.slice(scheme.length + 1)) };
    case undefined:
      throw new BerthError("invalid_request", `${param}: give sqlite:///absolute/path, or unset it`, {
        param,
      });
    default:
      throw new BerthError(
        "unsupported",
        `${param}: ${scheme} databases are not supported: give sqlite:///absolute/path, or unset it`,
        { param },
      );
  }
}

function localPath(rest: string): string {
  const path = rest.replace(/^\/\/(?=\/)/, "");
  if (!path.startsWith("/") || path.startsWith("//") || path === "/")
    throw new BerthError(
      "invalid_request",
      `${param}: give an absolute path, as in sqlite:///var/lib/berth.db`,
      {
        param,
      },
    );
  try {
    return fileURLToPath(`file://${path}`);
  } catch (error) {
    throw new BerthError("invalid_request", `${param}: the path has a wrong escape`, { param, cause: error });
  }
}
