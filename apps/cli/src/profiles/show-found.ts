import type { Cluster, Profile } from "@berth/api";
import { isBerthApiError } from "@berth/client";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import { connectionText } from "./print-profile.ts";
import type { ProfileBook } from "./profile-book.ts";

/** What the profile's cluster has, unless somebody must do something first, or it cannot be asked: then that is said. */
export async function findCluster(
  cli: Cli,
  book: ProfileBook,
  { name, slurm, connection, status }: Profile,
): Promise<Cluster | undefined> {
  if (slurm === null || connection === null || status === "invalid") return undefined;
  switch (connection.state) {
    case "login_required":
    case "host_key_unknown":
    case "host_key_changed":
      cli.warn(`${name}: ${connectionText(name, connection)}`);
      return undefined;
    case "idle":
    case "connecting":
    case "connected":
    case "unreachable":
      break;
  }
  try {
    return await book.cluster(name, false);
  } catch (error) {
    if (!isBerthApiError(error) && !(error instanceof CliError)) throw error;
    cli.warn(`${name}: what the cluster has is not known: ${error.message}`);
    return undefined;
  }
}
