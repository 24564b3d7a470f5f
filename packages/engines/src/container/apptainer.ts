import { launchMarkName } from "@berth/api";
import {
  allMounts,
  deviceVariables,
  type ContainedProgram,
  type ContainerCommand,
} from "./contained-program.ts";
import { placePath, readImageReference, wrongImage } from "./image-reference.ts";
import { bindMount } from "./mount-words.ts";

const prefix = "APPTAINERENV_";

/** `apptainer exec`: its processes are children of the runner's, in the network of the place. */
export function apptainerCommand(program: ContainedProgram): ContainerCommand {
  const env = { PYTHONNOUSERSITE: "1", ...program.env };
  const forwarded = [launchMarkName, ...(program.gpus > 0 ? deviceVariables : [])];
  return {
    kind: "command",
    argv: [
      "apptainer",
      program.program === null ? "run" : "exec",
      // neither the user's home and environment nor the machine's /tmp get in; the engine's own lie in `work`
      "--cleanenv",
      "--contain",
      "--workdir",
      "{scratch}/work",
      ...(program.gpus > 0 ? ["--nv"] : []),
      ...(program.workdir === null ? [] : ["--pwd", program.workdir]),
      ...allMounts(program).flatMap((mount) => ["--mount", bindMount(mount, "ro")]),
      imageOf(program.image),
      ...(program.program === null ? [] : [program.program]),
      ...program.args,
    ],
    env: {
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [`${prefix}${name}`, value])),
      // it would run values that look like shell
      APPTAINER_NO_EVAL: "1",
      SINGULARITY_NO_EVAL: "1",
    },
    cwd: null,
    container: {
      cleanup: [],
      forward: Object.fromEntries(forwarded.map((name) => [`${prefix}${name}`, name])),
    },
  };
}

function imageOf(container: string): string {
  const image = readImageReference(container);
  switch (image.kind) {
    case "name":
      return `docker://${image.name}`;
    case "sif":
      return placePath(image.path);
    case "archive":
    case "squashfs":
      throw wrongImage("apptainer", container, "give a .sif file (apptainer build), or an image's name");
  }
}
