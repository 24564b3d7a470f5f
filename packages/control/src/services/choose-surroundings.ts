import {
  BerthError,
  durationInWords,
  wallTimeSeconds,
  type CreateService,
  type EngineName,
  type Profile,
  type Runtime,
} from "@berth/api";
import type { Surroundings } from "@berth/engines";

/** Of a service that follows itself: the shortest that a scheduler knows, and barely worth it. */
const leastRenewedSeconds = 60;

/** Engines that the runner brings along, or that are whatever the user says they are. */
const selfMade: readonly EngineName[] = ["llama-cpp", "transformers-js", "whisper-cpp", "command", "handler"];

/**
 * How the engine is wrapped on the profile's machines and what it sees there. Throws `invalid_request` that names the
 * part of the order which that kind of profile cannot honour, `unprocessable` for a runtime that is not there.
 *
 * `available`: the runtimes of this machine, for profiles on it; of a cluster, those that were last seen there, which
 * only choose for who has not: what it says of a login node need not be true of its nodes.
 */
export function chooseSurroundings(
  spec: CreateService,
  profile: Profile,
  engine: EngineName,
  place: { readonly gpus: number; readonly available: readonly Runtime[] | undefined },
): Surroundings {
  const isCluster = profile.schema === "slurm";
  if (!isCluster) refuseScheduling(spec, profile);
  const runtime = chooseRuntime(spec, profile, engine, place.available);
  if (spec.container !== undefined && runtime === "process")
    throw refused(
      "container",
      `engine ${engine} runs without a container there; name a runtime, or leave it out`,
    );
  if (spec.renew === true) requireWallTime(spec, profile);
  return {
    runtime,
    container: spec.container,
    mounts: spec.mounts ?? [],
    env: spec.env ?? {},
    gpus: isCluster ? gpuCount(spec.resources?.gres) : place.gpus,
    isShared: isCluster,
    allowSharedPort: spec.allowSharedPort === true,
  };
}

/** GPUs of `2`, `gpu:2`, `gpu:a100:2`; one of `gpu` and `gpu:a100`. */
export function gpuCount(gres: string | undefined): number {
  if (gres === undefined) return 0;
  const last = gres.split(":").at(-1) ?? "";
  return /^\d+$/.test(last) ? Number(last) : 1;
}

/** How long the service's jobs may run, as ordered or else as the profile says. */
export function orderedWallTime(spec: CreateService, profile: Profile): string | undefined {
  return spec.resources?.time ?? profile.slurm?.time;
}

function refuseScheduling({ resources, renew }: CreateService, { name, schema }: Profile): void {
  const asked = Object.keys(resources ?? {}).map((field) => `resources.${field}`);
  const [first] = [...asked, ...(renew === true ? ["renew"] : [])];
  if (first === undefined) return;
  const all = [...asked, ...(renew === true ? ["renew"] : [])].join(", ");
  throw refused(
    first,
    `${all}: only Slurm profiles have a scheduler to tell, and ${name} is a ${schema} profile; leave it out`,
  );
}

function chooseRuntime(
  { runtime, container }: CreateService,
  { name, schema, slurm }: Profile,
  engine: EngineName,
  available: readonly Runtime[] | undefined,
): Runtime {
  const isCluster = schema === "slurm";
  if (isCluster && runtime === "docker")
    throw refused(
      "runtime",
      `${name}: Docker needs rights that clusters give nobody; choose apptainer, podman or pyxis`,
    );
  if (!isCluster && runtime === "pyxis")
    throw refused(
      "runtime",
      `pyxis is Slurm's, and ${name} is a ${schema} profile; choose docker, podman or apptainer`,
    );
  if (runtime !== undefined) {
    if (!isCluster && available?.includes(runtime) === false)
      throw new BerthError(
        "unprocessable",
        `${runtime} is not on this machine; there is ${available.join(", ")}`,
        { param: "runtime", details: { available } },
      );
    return runtime;
  }
  if (selfMade.includes(engine) && container === undefined) return "process";
  const seen = available?.find((each) => each !== "process");
  if (isCluster) return slurm?.runtime ?? seen ?? "apptainer";
  return seen ?? "process";
}

function requireWallTime(spec: CreateService, profile: Profile): void {
  const time = orderedWallTime(spec, profile);
  const seconds = time === undefined ? undefined : wallTimeSeconds(time);
  if (seconds === undefined || seconds >= leastRenewedSeconds) return;
  throw refused(
    "resources.time",
    `a wall time of ${durationInWords(seconds)} is too short to be renewed; ask for a minute at least, better for an hour`,
  );
}

function refused(param: string, message: string): BerthError {
  return new BerthError("invalid_request", message, { param });
}
