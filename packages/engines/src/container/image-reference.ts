import { BerthError } from "@berth/api";

/** What a `container` names. */
export type ImageReference =
  /** In a registry, or in the runtime's own store. */
  | {
      readonly kind: "name";
      readonly name: string;
      /** Asked for with `docker://`. */ readonly mayPull: boolean;
    }
  /** A file on the place: Apptainer's .sif, enroot's .sqsh, or what `podman save` and `docker save` write. */
  | { readonly kind: "sif" | "squashfs" | "archive"; readonly path: string };

export function readImageReference(container: string): ImageReference {
  if (/^[/~.]/.test(container)) {
    if (/\.(?:sif|simg)$/.test(container)) return { kind: "sif", path: container };
    if (/\.(?:sqsh|squashfs)$/.test(container)) return { kind: "squashfs", path: container };
    if (container.endsWith(".tar")) return { kind: "archive", path: container };
    // Apptainer also runs a folder
    return { kind: "sif", path: container };
  }
  const pulled = container.startsWith("docker://");
  return { kind: "name", name: pulled ? container.slice("docker://".length) : container, mayPull: pulled };
}

/** Where `~` begins it, the user's home as the runner knows it. */
export function placePath(path: string): string {
  return path === "~" || path.startsWith("~/") ? `{home}${path.slice(1)}` : path;
}

/** Says which runtime runs what the user named instead. */
export function wrongImage(runtime: string, image: string, advice: string): BerthError {
  return new BerthError("invalid_request", `${runtime} does not run ${image}: ${advice}`, {
    param: "container",
  });
}
