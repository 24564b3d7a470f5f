import { homedir } from "node:os";
import { join } from "node:path";
import type { Profile } from "@berth/api";

/** What the catalog's code asks of a profile: its name and directories, where `~` is the home of whoever runs this. */
export function profileAt(place: {
  readonly profile?: string;
  readonly home: string;
  readonly cache: string;
}): Profile {
  const name = place.profile ?? "here";
  return {
    id: name,
    name,
    default: false,
    status: "ready",
    statusReason: null,
    schema: "local",
    home: expandHome(place.home),
    cache: expandHome(place.cache),
    slurm: null,
    connection: null,
  };
}

export const expandHome = (path: string): string =>
  path === "~" || path.startsWith("~/") ? join(homedir(), path.slice(1)) : path;
