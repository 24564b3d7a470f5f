import { join } from "node:path";
import { BerthError, type CreateService, type Mount, type Profile, type Task } from "@berth/api";
import { plainSurroundings, type Device, type Engine, type EnginePlan } from "@berth/engines";
import type { ServiceRow } from "@berth/store";
import { chooseModel, requireReady, type ChosenModel, type ModelLookup } from "./choose-model.ts";
import { judgeMemory, type MemoryVerdict } from "./memory-admission.ts";
import type { Places } from "./place.ts";
import { chooseEngine, purposeOf, serviceKind, type Purpose, type ServiceKind } from "./service-kind.ts";
import { newServiceName } from "./service-name.ts";
import { chooseServicePort, type PortProbe, type PortRange } from "./service-port.ts";
import { readPlan } from "./stored-plan.ts";

/** What the machine of a profile has. */
export interface MachineProbe {
  read(
    profile: Profile,
    signal: AbortSignal,
  ): Promise<Pick<Device, "cpuCores" | "totalMemoryMiB" | "freeMemoryMiB">>;
}

export interface DraftPorts {
  readonly places: Places;
  readonly models: ModelLookup;
  readonly engines: readonly Engine[];
  readonly machine: MachineProbe;
  readonly ports: PortProbe;
  readonly portRange: PortRange;
  readonly random: () => number;
}

/** Everything about a service that is decided before it is launched. */
export interface ServiceDraft {
  readonly spec: CreateService;
  readonly name: string;
  readonly port: number;
  readonly profile: Profile;
  readonly purpose: Purpose;
  readonly kind: ServiceKind;
  readonly chosen: ChosenModel | undefined;
  /** What callers name in `model`. */
  readonly servedName: string;
  readonly engine: Engine;
  readonly plan: EnginePlan;
  readonly memory: MemoryVerdict;
  readonly modelsFound: number;
}

/** What a service has already and keeps when it is drafted again. */
export interface KeptFacts {
  readonly port: number | undefined;
}

/**
 * Decides all of it and does nothing: create, preview and restart share this path, so a preview shows what would be.
 * Throws what is wrong with the spec, naming the field. `live` are the services that hold names, ports and memory.
 */
export async function draftService(
  spec: CreateService,
  ports: DraftPorts,
  live: readonly ServiceRow[],
  signal: AbortSignal,
  kept?: KeptFacts,
): Promise<ServiceDraft> {
  const kind = serviceKind(spec);
  const profile = await chooseProfile(spec.profile, ports.places);
  const name = chooseName(spec.name, live, ports.random);
  const { chosen, modelsFound } = await chooseModelOf(kind, profile, ports.models, signal);
  const purpose = purposeOf(spec.image, chosen?.model);
  const engine = chooseEngine(ports.engines, spec.engine, purpose.task, chosen?.model);
  const servedName = chosen?.model.repo ?? (kind.kind === "command" ? kind.servedName : undefined) ?? name;
  const device = {
    ...(await ports.machine.read(profile, signal)),
    busyThreads: live.reduce((sum, row) => sum + readPlan(row.plan).threads, 0),
  };
  const plan = engine.plan({
    model: chosen?.model,
    servedName,
    task: purpose.task,
    options: spec.options ?? {},
    command: kind.kind === "command" ? kind.command : undefined,
    device,
    surroundings: { ...plainSurroundings, mounts: mountsOf(spec, purpose.task, profile) },
  });
  const port = kept?.port ?? (await chooseServicePort(spec.port, live, ports.portRange, ports.ports));
  const memory = judgeMemory(plan.memoryMiB, device, live);
  return { spec, name, port, profile, purpose, kind, chosen, servedName, engine, plan, memory, modelsFound };
}

/** Speech is heard from files: without a word about where they lie, that is a folder of the profile's own home. */
function mountsOf(spec: CreateService, task: Task, profile: Profile): readonly Mount[] {
  if (spec.mounts !== undefined || task !== "automatic-speech-recognition") return spec.mounts ?? [];
  return [{ source: join(profile.home, "audio"), target: "/data/audio", readOnly: true }];
}

async function chooseProfile(name: string | undefined, places: Places): Promise<Profile> {
  const profiles = await places.profiles();
  const profile = profiles.find((each) => (name === undefined ? each.default : each.name === name));
  const names = profiles.map((each) => each.name);
  if (profile === undefined) {
    const message =
      name === undefined
        ? 'there is no default profile; name one, or set it by "berth profile default NAME"'
        : `there is no profile ${name}; choose from ${names.join(", ") || "none: add one first"}`;
    throw new BerthError("unprocessable", message, { param: "profile", details: { profiles: names } });
  }
  if (profile.status === "invalid") {
    throw new BerthError("unprocessable", `profile ${profile.name} cannot be used: ${profile.statusReason}`, {
      param: "profile",
    });
  }
  return profile;
}

function chooseName(wanted: string | undefined, live: readonly ServiceRow[], random: () => number): string {
  const holders = new Map(live.map(({ service }) => [service.name, service]));
  if (wanted === undefined) return newServiceName(new Set(holders.keys()), random);
  const holder = holders.get(wanted);
  if (holder === undefined) return wanted;
  throw new BerthError(
    "already_exists",
    `service ${holder.id} (${holder.status}) has the name ${wanted}; choose another, or stop that one first`,
    { param: "name", details: { serviceId: holder.id } },
  );
}

async function chooseModelOf(
  kind: ServiceKind,
  profile: Profile,
  models: ModelLookup,
  signal: AbortSignal,
): Promise<{ readonly chosen: ChosenModel | undefined; readonly modelsFound: number }> {
  if (kind.kind === "command") return { chosen: undefined, modelsFound: 0 };
  const known = await models.list(profile, signal);
  if (kind.name.startsWith("/") && !known.some((model) => model.path === kind.name)) {
    const model = requireReady(await models.inspect(kind.name, profile, signal), kind.name);
    return { chosen: { model, reason: "given by its path" }, modelsFound: known.length };
  }
  return { chosen: chooseModel(known, kind, profile.name), modelsFound: known.length };
}
