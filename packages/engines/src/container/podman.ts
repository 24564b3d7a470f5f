import {
  allMounts,
  deviceVariables,
  type ContainedProgram,
  type ContainerCommand,
} from "./contained-program.ts";
import { commonWords, containerName, environmentWords, networkWords, programWords } from "./docker-words.ts";
import { placePath, readImageReference, wrongImage } from "./image-reference.ts";
import { bindMount } from "./mount-words.ts";
import { byName } from "./ruling-names.ts";

const storage = "{scratch}/storage";
const removeStorage = 'umount -l "$0/overlay"; rm -rf "$0"';

/**
 * `podman run`, in the foreground: root in the container is its user outside. Without `--init`, which needs a program that
 * many installations lack; servers obey SIGTERM as the first process too.
 */
export function podmanCommand(program: ContainedProgram): ContainerCommand {
  const { image, pull } = imageOf(program);
  // a home on a network file system holds no container storage
  const podman = program.isShared
    ? ["podman", "--storage-driver", "overlay", "--root", storage, "--runroot", "{scratch}/run"]
    : ["podman"];
  return {
    kind: "command",
    argv: [
      ...podman,
      "run",
      ...commonWords(program),
      "--pull",
      pull,
      "--cap-add",
      "DAC_OVERRIDE",
      ...(program.listen === "port" && program.isShared ? ["--network", "host"] : networkWords(program)),
      ...deviceWords(program),
      ...allMounts(program).flatMap((mount) => ["--mount", bindMount(mount, "ro=true")]),
      // outside a job the words above choose the devices, which are counted anew inside
      ...environmentWords(program, program.gpus > 0 && program.isShared ? deviceVariables : []),
      ...programWords(program, image),
    ],
    env: byName(program.env),
    cwd: null,
    container: {
      cleanup: [
        [...podman, "rm", "--force", "--ignore", "--time", "0", containerName],
        // its files belong to numbers that only a user namespace of this user may delete, where it is mounted too
        ...(program.isShared ? [[...podman, "unshare", "sh", "-c", removeStorage, storage]] : []),
      ],
      forward: {},
    },
  };
}

function imageOf({ image, isShared }: ContainedProgram): { readonly image: string; readonly pull: string } {
  const reference = readImageReference(image);
  switch (reference.kind) {
    case "name":
      if (/^(?:docker|oci)-archive:/.test(reference.name))
        return { image: reference.name.replace(/:~(?=\/)/, ":{home}"), pull: "missing" };
      if (isShared && !reference.mayPull)
        throw wrongImage(
          "podman",
          image,
          "in a Slurm job its store is empty; give a .tar file that podman save wrote, or docker://NAME to let the node pull it",
        );
      return { image: reference.name, pull: reference.mayPull ? "missing" : "never" };
    case "archive":
      return { image: `docker-archive:${placePath(reference.path)}`, pull: "missing" };
    case "sif":
    case "squashfs":
      throw wrongImage("podman", image, "name an image, or a .tar file that podman save wrote");
  }
}

/** In a Slurm job the scheduler says which devices may be opened. */
function deviceWords({ gpus, isShared }: ContainedProgram): readonly string[] {
  if (gpus === 0) return [];
  const names = isShared ? ["all"] : Array.from({ length: gpus }, (_, index) => String(index));
  return names.flatMap((name) => ["--device", `nvidia.com/gpu=${name}`]);
}
