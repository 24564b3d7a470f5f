import { BerthError, launchMarkName } from "@berth/api";
import {
  allMounts,
  deviceVariables,
  type ContainedProgram,
  type ContainerCommand,
} from "./contained-program.ts";
import { placePath, readImageReference, wrongImage } from "./image-reference.ts";
import { pyxisMount } from "./mount-words.ts";
import { byName, rulesClient } from "./ruling-names.ts";

/** A Slurm step in a container that the Pyxis plug-in makes by enroot, in the network of the node. */
export function pyxisCommand(program: ContainedProgram): ContainerCommand {
  if (!program.isShared)
    throw new BerthError("invalid_request", "Pyxis is a part of Slurm: it runs on Slurm profiles only", {
      param: "runtime",
    });
  const given = Object.entries(program.env).map(([name, value]) => exported(name, value));
  const names = [...given, launchMarkName, ...(program.gpus > 0 ? deviceVariables : [])];
  return {
    kind: "command",
    argv: [
      // the job's own counts are for the job; this is one process
      "srun",
      "--nodes=1",
      "--ntasks=1",
      "--ntasks-per-node=1",
      "--overlap",
      "--unbuffered",
      "--kill-on-bad-exit=1",
      `--export=${names.join(",")}`,
      `--container-image=${imageOf(program.image)}`,
      "--no-container-mount-home",
      ...(program.program === null ? ["--container-entrypoint"] : []),
      ...(program.workdir === null ? [] : [`--container-workdir=${program.workdir}`]),
      `--container-mounts=${allMounts(program).map(pyxisMount).join(",")}`,
      ...(program.program === null ? ["--"] : [program.program]),
      ...program.args,
    ],
    env: byName(program.env),
    cwd: null,
    // the step ends with its job at the latest, and enroot's file system with the step
    container: { cleanup: [], forward: {} },
  };
}

/** srun reads its own variables too: those that it knows are handed over with their value. */
function exported(name: string, value: string): string {
  if (!rulesClient(name)) return name;
  if (/^(?:SLURM|SBATCH|SRUN|PYXIS|ENROOT)_/.test(name) || /[,\s]/.test(value))
    throw new BerthError("invalid_request", `env: Pyxis cannot hand ${name} to the engine as it is`, {
      param: `env.${name}`,
    });
  return `${name}=${value}`;
}

/** enroot parts the registry from the rest by `#`. */
function imageOf(container: string): string {
  const image = readImageReference(container);
  switch (image.kind) {
    case "squashfs":
      return placePath(image.path);
    case "name": {
      const [first = "", ...rest] = image.name.split("/");
      const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
      return isRegistry ? `${first}#${rest.join("/")}` : image.name;
    }
    case "sif":
    case "archive":
      throw wrongImage("pyxis", container, "give a .sqsh file (enroot import), or an image's name");
  }
}
