import type { CreateService, Mount } from "@berth/api";
import type { Cli } from "../cli.ts";
import { CliError } from "../exit.ts";
import type { ContainerOptions, LaunchOptions } from "./launch-options.ts";
import { readMount } from "./read-mount.ts";
import { profileOf } from "./scheduler-options.ts";

type Wrapping = Pick<CreateService, "runtime" | "container" | "mounts" | "allowSharedPort">;

/** How the engine is wrapped and what it sees, but for its environment. */
export async function readContainer(cli: Cli, options: LaunchOptions): Promise<Wrapping> {
  const { runtime, mount, allowSharedPort } = options;
  const container = options.container ?? options.image;
  const mounts = mount === undefined ? undefined : await readMounts(cli, mount, options);
  return {
    ...(runtime === undefined ? {} : { runtime: runtime as NonNullable<Wrapping["runtime"]> }),
    ...(container === undefined ? {} : { container }),
    ...(mounts === undefined ? {} : { mounts }),
    ...(allowSharedPort === undefined ? {} : { allowSharedPort }),
  };
}

/** `HF_TOKEN` (its value here) and `A=b`. */
export function readEnvironment(cli: Cli, { env }: ContainerOptions): Record<string, string> | undefined {
  if (env === undefined) return undefined;
  return Object.fromEntries(env.map((text) => readVariable(cli, text)));
}

function readVariable(cli: Cli, text: string): readonly [string, string] {
  const [name = "", value] = text.split(/=(.*)/s, 2);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new CliError("usage", `--env: "${name}" is no variable's name`);
  const given = value ?? cli.io.env[name];
  if (given === undefined)
    throw new CliError("usage", `--env: ${name} is not set here; give it as ${name}=VALUE`);
  return [name, given];
}

/** Directories of a cluster are the cluster's: only this machine's are looked up from here. */
async function readMounts(cli: Cli, texts: readonly string[], options: LaunchOptions): Promise<Mount[]> {
  const mounts = texts.map((text) => readMount(text));
  if (mounts.every(({ source }) => source.startsWith("/"))) return mounts;
  const isHere = (await profileOf(cli, options))?.schema !== "slurm";
  return mounts.map(({ source, ...rest }) => {
    if (isHere) return { source: cli.path(source), ...rest };
    if (/^[/~]/.test(source)) return { source, ...rest };
    throw new CliError("usage", `--mount: "${source}" is to be a path of the cluster, from / or ~ on`);
  });
}
