import { join } from "node:path";
import {
  BerthError,
  type Cluster,
  type CreateService,
  type HandlerSpec,
  type Mount,
  type Profile,
  type Runtime,
} from "@berth/api";
import type { Device, Engine, EnginePlan, Surroundings } from "@berth/engines";
import type { ServiceRow } from "@berth/store";
import { askMemory } from "./ask-memory.ts";
import { askImageFile, type ImageLookup } from "./ask-image-file.ts";
import { chooseModel, requireReady, type ChosenModel, type ModelLookup } from "./choose-model.ts";
import { chooseSurroundings } from "./choose-surroundings.ts";
import { refuseUnknownResources } from "./known-resources.ts";
import { judgeAskedMemory, judgeMemory, type MemoryVerdict } from "./memory-admission.ts";
import type { Places } from "./place.ts";
import { chooseEngine, purposeOf, serviceKind, type Purpose, type ServiceKind } from "./service-kind.ts";
import { newServiceName } from "./service-name.ts";
import { chooseServicePort, type PortProbe, type PortRange } from "./service-port.ts";
import { readPlan } from "./stored-plan.ts";

/** What this machine has, for the profiles on it. */
export interface MachineProbe {
  read(
    profile: Profile,
    signal: AbortSignal,
  ): Promise<
    Pick<Device, "cpuCores" | "totalMemoryMiB" | "freeMemoryMiB"> & {
      /** None when absent. */
      readonly gpus?: number;
    }
  >;
  /** What could wrap an engine here; anything may be tried where nobody says. */
  runtimes?(signal: AbortSignal): Promise<readonly Runtime[] | undefined>;
}

export interface DraftPorts {
  readonly places: Places;
  readonly models: ModelLookup;
  readonly engines: readonly Engine[];
  readonly images: ImageLookup;
  readonly machine: MachineProbe;
  /** What is known of a profile's cluster at the moment, without asking it; nothing is where nobody says. */
  readonly rememberedCluster?: ((profile: Profile) => Cluster | undefined) | undefined;
  /** The same, asked now. Throws as the cluster does. */
  readonly askCluster?: ((profile: Profile, signal: AbortSignal) => Promise<Cluster>) | undefined;
  readonly ports: PortProbe;
  readonly portRange: PortRange;
  /** Throws `invalid_request` for a handler that could not run, where that can be seen without running it. */
  readonly checkHandler?: ((handler: HandlerSpec, signal: AbortSignal) => Promise<void>) | undefined;
  readonly random: () => number;
}

/** Everything about a service that is decided before it is launched. */
export interface ServiceDraft {
  readonly spec: CreateService;
  readonly name: string;
  readonly port: number | null;
  readonly profile: Profile;
  readonly purpose: Purpose;
  readonly kind: ServiceKind;
  readonly chosen: ChosenModel | undefined;
  /** What callers name in `model`. */
  readonly servedName: string;
  readonly engine: Engine;
  readonly surroundings: Surroundings;
  readonly plan: EnginePlan;
  readonly memory: MemoryVerdict;
  readonly modelsFound: number;
}

/** What a service has already and keeps when it is drafted again. */
export interface KeptFacts {
  /** `null`: none, and it needs none. */
  readonly port: number | null | undefined;
}

/**
 * Decides all of it and does nothing: create, preview and restart share this path, so a preview shows what would be.
 * Throws what is wrong with the spec, naming the field. `live` are the services that hold names, ports and memory.
 */
export async function draftService(
  ordered: CreateService,
  ports: DraftPorts,
  live: readonly ServiceRow[],
  signal: AbortSignal,
  kept?: KeptFacts,
): Promise<ServiceDraft> {
  const kind = serviceKind(ordered);
  const profile = await chooseProfile(ordered.profile, ports.places);
  const name = chooseName(ordered.name, live, ports.random);
  await refuseUnknown(ordered, profile, ports, signal);
  const { chosen, modelsFound } = await chooseModelOf(kind, profile, ports.models, signal);
  if (kind.kind === "handler") await ports.checkHandler?.(kind.handler, signal);
  const asked = kind.kind === "handler" ? ({ ...ordered, image: "handler" } as const) : ordered;
  const purpose = purposeOf(asked, chosen?.model);
  const engine = chooseEngine(
    ports.engines,
    kind.kind === "handler" ? "handler" : ordered.engine,
    purpose,
    chosen?.model,
  );
  const servedName = chosen?.model.repo ?? (kind.kind === "model" ? undefined : kind.servedName) ?? name;
  const place = await readPlace(ordered, profile, ports, live, signal);
  const ownAudio = ownAudioFolder(ordered, purpose, profile);
  const mounts = ownAudio === undefined ? (ordered.mounts ?? []) : [mountOf(ownAudio)];
  const chosenSurroundings = chooseSurroundings({ ...ordered, mounts }, profile, engine.name, place);
  const surroundings = await askImageFile(chosenSurroundings, engine, profile, ports.images, signal);
  const planned = withEnvironment(
    engine.plan({
      model: chosen?.model,
      servedName,
      task: purpose.task,
      isPipeline: purpose.image === "pipeline",
      options: ordered.options ?? {},
      command: kind.kind === "command" ? kind.command : undefined,
      handler: kind.kind === "handler" ? kind.handler : undefined,
      device: place.device,
      surroundings,
    }),
    surroundings,
  );
  refuseWrapped(planned, surroundings, engine);
  const plan = ownAudio === undefined ? planned : makingFolder(planned, ownAudio);
  const spec = askMemory(ordered, profile, plan);
  const port =
    kept?.port !== undefined
      ? kept.port
      : await chooseServicePort(spec.port, live, ports.portRange, ports.ports);
  const memory =
    profile.schema === "slurm"
      ? judgeAskedMemory(plan.memoryMiB, spec.resources?.memoryMiB)
      : judgeMemory(plan.memoryMiB, place.device, place.neighbours);
  return {
    spec,
    name,
    port,
    profile,
    purpose,
    kind,
    chosen,
    servedName,
    engine,
    surroundings,
    plan,
    memory,
    modelsFound,
  };
}

interface PlaceFacts {
  readonly device: Device;
  readonly gpus: number;
  readonly available: readonly Runtime[] | undefined;
  /** The services that share its memory. */
  readonly neighbours: readonly ServiceRow[];
}

/** Where nobody has asked for memory, as much as any node has. */
const plentyMiB = 1024 * 1024;

/** On a cluster, the engine has what was asked of the scheduler, and has it for itself. */
async function readPlace(
  { resources }: CreateService,
  profile: Profile,
  { places, machine, rememberedCluster }: DraftPorts,
  live: readonly ServiceRow[],
  signal: AbortSignal,
): Promise<PlaceFacts> {
  if (profile.schema === "slurm") {
    const memoryMiB = resources?.memoryMiB ?? plentyMiB;
    const device = {
      cpuCores: resources?.ntasksPerNode ?? 1,
      busyThreads: 0,
      totalMemoryMiB: memoryMiB,
      freeMemoryMiB: memoryMiB,
    };
    return { device, gpus: 0, available: rememberedCluster?.(profile)?.runtimes, neighbours: [] };
  }
  const clusters = new Set(
    (await places.profiles()).flatMap(({ name, schema }) => (schema === "slurm" ? [name] : [])),
  );
  const neighbours = live.filter(({ service }) => !clusters.has(service.profile));
  const { gpus = 0, ...read } = await machine.read(profile, signal);
  const busyThreads = neighbours.reduce((sum, row) => sum + readPlan(row.plan).threads, 0);
  const available = await machine.runtimes?.(signal);
  return { device: { ...read, busyThreads }, gpus, available, neighbours };
}

/** The engine's own variables win over the user's: they hold what the runner fills in. */
function withEnvironment(plan: EnginePlan, { env }: Surroundings): EnginePlan {
  // a container's words already say how each of them gets in
  const isContained = plan.program.kind === "command" && plan.program.container !== undefined;
  if (isContained || Object.keys(env).length === 0) return plan;
  return { ...plan, program: { ...plan.program, env: { ...env, ...plan.program.env } } };
}

function refuseWrapped(plan: EnginePlan, { runtime }: Surroundings, engine: Engine): void {
  if (plan.program.kind !== "embedded" || runtime === "process") return;
  throw new BerthError(
    "invalid_request",
    `engine ${engine.name} runs without a container: leave out the runtime and the container, or choose another engine`,
    { param: "runtime" },
  );
}

/** Speech is heard from files: without a word about where they lie, that is a folder of the profile's own home. */
function ownAudioFolder(spec: CreateService, { image, task }: Purpose, profile: Profile): string | undefined {
  if (spec.mounts !== undefined || image === "pipeline" || task !== "automatic-speech-recognition")
    return undefined;
  return join(profile.home, "audio");
}

function mountOf(source: string): Mount {
  return { source, target: "/data/audio", readOnly: true };
}

/** A container cannot be given a folder that is not there; other engines look into it when they are asked. */
function makingFolder(plan: EnginePlan, path: string): EnginePlan {
  const { program } = plan;
  if (program.kind !== "command" || program.container === undefined) return plan;
  return { ...plan, program: { ...program, container: { ...program.container, makes: [path] } } };
}

/** The scheduler would refuse it as well, but later, and without near names. */
async function refuseUnknown(
  { resources }: CreateService,
  profile: Profile,
  { rememberedCluster, askCluster }: Pick<DraftPorts, "rememberedCluster" | "askCluster">,
  signal: AbortSignal,
): Promise<void> {
  const remembered = profile.slurm === null ? undefined : rememberedCluster?.(profile);
  if (remembered === undefined || resources === undefined) return;
  const refresh = async (): Promise<Cluster> => (await askCluster?.(profile, signal)) ?? remembered;
  await refuseUnknownResources({ remembered, refresh }, resources, "resources.");
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
  if (kind.kind !== "model") return { chosen: undefined, modelsFound: 0 };
  const known = await models.list(profile, signal);
  if (kind.name.startsWith("/") && !known.some((model) => model.path === kind.name)) {
    const model = requireReady(await models.inspect(kind.name, profile, signal), kind.name);
    return { chosen: { model, reason: "given by its path" }, modelsFound: known.length };
  }
  return { chosen: chooseModel(known, kind, profile.name), modelsFound: known.length };
}
