import { containedSecretsDir, type EngineProgram, isSecretFile } from "@berth/api";

/** A directory of the place, as the engine sees it. */
export interface ContainerMount {
  /** Absolute on the place. */
  readonly source: string;
  /** Absolute in the container. */
  readonly target: string;
  readonly readOnly: boolean;
}

/** What is to run in a container, whatever the runtime that makes it. */
export interface ContainedProgram {
  /** As the user or the recipe names it. */
  readonly image: string;
  /** A program of the image; `null`: the one that the image starts by itself. */
  readonly program: string | null;
  readonly args: readonly string[];
  /** Values travel in the environment of the runtime's own process, by name, and never on a command line. */
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string | null;
  readonly mounts: readonly ContainerMount[];
  readonly listen: "socket" | "port";
  readonly gpus: number;
  /** `/dev/shm`, where the runtime can size it. */
  readonly sharedMemoryMiB: number;
  /** The image keeps what it runs where only its root may read. */
  readonly needsRoot: boolean;
  /** Others work on the machine too, or a scheduler cleans up after the launch. */
  readonly isShared: boolean;
}

/** What the runner starts: the runtime's own command line. */
export type ContainerCommand = Extract<EngineProgram, { kind: "command" }>;

/** The directory that holds the engine's socket and nothing else: on the place, and in the container. */
export const ioDir = { outside: "{scratch}/io", inside: "/berth/io" } as const;
/** The engine's socket as the engine sees it. */
export const containedSocket = `${ioDir.inside}/engine.sock`;

const secrets: ContainerMount = {
  source: "{secrets}",
  target: containedSecretsDir,
  readOnly: true,
};
const io: ContainerMount = { source: ioDir.outside, target: ioDir.inside, readOnly: false };

/** All mounts of the program, those of its socket's directory and of its secrets' files with them. */
export function allMounts({ mounts, listen, env }: ContainedProgram): readonly ContainerMount[] {
  const usesFiles = Object.values(env).some(isSecretFile);
  return [...mounts, ...(listen === "port" ? [] : [io]), ...(usesFiles ? [secrets] : [])];
}

/** Which GPUs the scheduler has given, in the names that the makers' libraries read. */
export const deviceVariables = [
  "CUDA_VISIBLE_DEVICES",
  "ROCR_VISIBLE_DEVICES",
  "HIP_VISIBLE_DEVICES",
] as const;
