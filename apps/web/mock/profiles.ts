import { BerthError, type Profile, type RouteInput, type Routes, type UpdateProfile } from "@berth/api";
import type { MockHandler } from "./handler.ts";
import { clusterChecks, localChecks, seedCluster } from "./seed-clusters.ts";

export const createProfile: MockHandler<Routes["createProfile"]> = ({ body }, world) => {
  if (world.profiles.some((one) => one.name === body.name))
    throw new BerthError("already_exists", `profile ${body.name} exists`, { param: "name" });
  const profile = profileOf(body);
  refuseUnknown(profile);
  world.profiles.push(profile);
  world.publish({ type: "profiles" });
  return profile;
};

export const updateProfile: MockHandler<Routes["updateProfile"]> = ({ params, body }, world) => {
  const before = world.profile(params.name);
  const { home, cache, check: _, ...facts } = body;
  const after: Profile = {
    ...before,
    home: home ?? before.home,
    cache: cache ?? before.cache,
    slurm: before.slurm === null ? null : changed(before.slurm, facts),
  };
  refuseUnknown(after);
  world.profiles.splice(world.profiles.indexOf(before), 1, after);
  world.publish({ type: "profiles" });
  return after;
};

export const getCluster: MockHandler<Routes["getCluster"]> = ({ params, query }, world) => {
  const profile = world.profile(params.name);
  switch (profile.connection?.state) {
    case "login_required":
    case "host_key_unknown":
    case "host_key_changed":
      throw new BerthError("login_required", `log in first: berth profile login ${profile.name}`);
    case "unreachable":
      throw new BerthError("host_unreachable", profile.connection.reason ?? "");
    case undefined:
      throw new BerthError("unprocessable", `${profile.name} has no cluster`);
    case "idle":
    case "connecting":
    case "connected":
      if (query.refresh === "true") world.cluster = seedCluster(Date.now() + 12_000);
      return world.cluster;
  }
};

export const checkProfile: MockHandler<Routes["checkProfile"]> = ({ params }, world) => ({
  data: [...(world.profile(params.name).slurm === null ? localChecks : clusterChecks)],
});

export const repairProfile: MockHandler<Routes["repairProfile"]> = ({ params }, world) => ({
  data: [
    { id: "home", status: "ok", message: `${world.profile(params.name).home} is there, mode 0700` },
    { id: "runner", status: "repaired", message: "the runner was put there anew" },
  ],
});

function profileOf({ name, default: preferred, spec }: RouteInput<Routes["createProfile"]>["body"]): Profile {
  const shared = {
    id: name,
    name,
    default: preferred ?? false,
    status: "ready" as const,
    statusReason: null,
    home: spec.home,
    cache: spec.cache,
  };
  if (spec.schema === "local") return { ...shared, schema: "local", slurm: null, connection: null };
  const { schema, home: _home, cache: _cache, ...slurm } = spec;
  const connection = { state: "connected" as const, reason: null, since: Date.now(), transport: null };
  return { ...shared, schema, slurm, connection };
}

function changed(
  before: NonNullable<Profile["slurm"]>,
  change: Omit<UpdateProfile, "home" | "cache" | "check">,
): NonNullable<Profile["slurm"]> {
  const entries = Object.entries({ ...before, ...change }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as NonNullable<Profile["slurm"]>;
}

function refuseUnknown({ slurm }: Profile): void {
  if (slurm?.host === "nowhere")
    throw new BerthError(
      "host_unreachable",
      "ssh: Could not resolve hostname nowhere: Name or service not known",
      { param: "host" },
    );
  if (slurm?.partition === "gold")
    throw new BerthError("unprocessable", "there is no partition gold; there are cpu, gpu, gpu-short", {
      param: "spec.partition",
    });
}
