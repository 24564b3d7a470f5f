import { BerthError, builtInPresets, type HardwarePreset, type Routes, type Secret } from "@berth/api";
import type { MockHandler } from "./handler.ts";
import type { World } from "./world.ts";

type SecretRoutes =
  | "listSecrets"
  | "putSecret"
  | "deleteSecret"
  | "listHardwarePresets"
  | "putHardwarePreset"
  | "deleteHardwarePreset";

export const secretHandlers: { readonly [N in SecretRoutes]: MockHandler<Routes[N]> } = {
  listSecrets: (_, world) => ({
    data: world.secrets.map((one) => ({ ...one, usedBy: usersOf(world, one) })),
  }),
  putSecret: ({ params, query, body }, world) => {
    const owner = query.owner ?? "ada";
    const before = world.secrets.find((one) => one.name === params.name && one.owner === owner);
    const stored: Secret = {
      name: params.name,
      owner,
      provider: body.provider ?? null,
      usedBy: [],
      createdAt: before?.createdAt ?? Date.now(),
      updatedAt: Date.now(),
    };
    if (before === undefined) world.secrets.push(stored);
    else world.secrets.splice(world.secrets.indexOf(before), 1, stored);
    world.publish({ type: "secrets" });
    return stored;
  },
  deleteSecret: ({ params, query }, world) => {
    const found = world.secrets.find(
      (one) => one.name === params.name && (query.owner === undefined || one.owner === query.owner),
    );
    if (found === undefined) throw new BerthError("not_found", `there is no secret ${params.name}`);
    const users = usersOf(world, found);
    if (users.length > 0)
      throw new BerthError(
        "conflict",
        `${found.name} is used by ${users.join(", ")}; take it out there first`,
      );
    world.secrets.splice(world.secrets.indexOf(found), 1);
    world.publish({ type: "secrets" });
  },
  listHardwarePresets: (_, world) => ({ data: world.presets }),
  putHardwarePreset: ({ params, query, body }, world) => {
    const profile = query.profile ?? null;
    const stored: HardwarePreset = { name: params.name, profile, isBuiltIn: false, ...body };
    const at = place(world, params.name, profile);
    if (at === -1) world.presets.push(stored);
    else world.presets[at] = stored;
    world.publish({ type: "hardware-presets" });
    return stored;
  },
  deleteHardwarePreset: ({ params: { name }, query }, world) => {
    const profile = query.profile ?? null;
    const at = place(world, name, profile);
    if (at === -1) throw new BerthError("not_found", `there is no hardware preset ${name}`);
    const size = profile === null ? builtInPresets[name] : undefined;
    if (size === undefined) world.presets.splice(at, 1);
    else world.presets[at] = { name, profile, isBuiltIn: true, ...size };
    world.publish({ type: "hardware-presets" });
  },
};

function usersOf(world: World, { name, owner }: Secret): string[] {
  return [...world.endpoints.endpoints.values()]
    .filter((one) => one.owner === owner && one.configuration.secrets.some(({ secret }) => secret === name))
    .map(({ fullName }) => fullName);
}

function place(world: World, name: string, profile: string | null): number {
  return world.presets.findIndex((one) => one.name === name && one.profile === profile);
}
