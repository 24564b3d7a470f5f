import type { Profile } from "@berth/api";

export function localProfile(home: string): Profile {
  return {
    id: "here",
    name: "here",
    default: true,
    status: "ready",
    statusReason: null,
    schema: "local",
    slurm: null,
    connection: null,
    home,
    cache: home,
  };
}
