import { allMounts, type ContainedProgram, type ContainerCommand } from "./contained-program.ts";
import { commonWords, containerName, environmentWords, networkWords, programWords } from "./docker-words.ts";
import { readImageReference, wrongImage } from "./image-reference.ts";
import { bindMount } from "./mount-words.ts";
import { byName } from "./ruling-names.ts";

/** `docker run`, in the foreground. Its container is a child of Docker's own daemon. */
export function dockerCommand(program: ContainedProgram): ContainerCommand {
  const image = readImageReference(program.image);
  if (image.kind !== "name")
    throw wrongImage("docker", program.image, "name an image, or load the file first (docker load)");
  return {
    kind: "command",
    argv: [
      "docker",
      "run",
      "--init",
      ...commonWords(program),
      "--pull",
      image.mayPull ? "missing" : "never",
      ...userWords(program),
      ...networkWords(program),
      ...(program.gpus > 0 ? ["--gpus", String(program.gpus)] : []),
      ...allMounts(program).flatMap((mount) => ["--mount", bindMount(mount, "readonly")]),
      ...environmentWords(program, []),
      ...programWords(program, image.name),
    ],
    env: byName(program.env),
    cwd: null,
    container: { cleanup: [["docker", "rm", "--force", "--volumes", containerName]], forward: {} },
  };
}

/** The daemon is root: as root the engine would read, and own, what its user may not. The image knows no such user. */
function userWords({ needsRoot, env }: ContainedProgram): readonly string[] {
  if (needsRoot) return ["--cap-add", "DAC_OVERRIDE"];
  const unknown = Object.entries({ HOME: "/tmp", USER: "berth" }).filter(
    ([name]) => !Object.hasOwn(env, name),
  );
  return ["--user", "{uid}:{gid}", ...unknown.flatMap(([name, value]) => ["--env", `${name}=${value}`])];
}
