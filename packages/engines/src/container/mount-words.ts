import { BerthError } from "@berth/api";
import type { ContainerMount } from "./contained-program.ts";
import { placePath } from "./image-reference.ts";

/** `type=bind,source=...` as Docker, Podman and Apptainer read it: comma-separated values, quoted as such where need be. */
export function bindMount({ source, target, readOnly }: ContainerMount, readOnlyWord: string): string {
  const fields = ["type=bind", `source=${placePath(source)}`, `target=${target}`];
  return [...fields, ...(readOnly ? [readOnlyWord] : [])].map(commaField).join(",");
}

/** `SOURCE:TARGET:FLAG`, a comma between mounts; nothing can be quoted. */
export function pyxisMount(mount: ContainerMount): string {
  refuse(mount, /[,:\s]/, "Pyxis cannot mount a path with a comma, a colon or a space");
  return [placePath(mount.source), mount.target, ...(mount.readOnly ? ["ro"] : [])].join(":");
}

function commaField(field: string): string {
  return /[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function refuse({ source, target }: ContainerMount, unfit: RegExp, why: string): void {
  const path = [source, target].find((each) => unfit.test(each));
  if (path !== undefined)
    throw new BerthError("invalid_request", `${why}: ${JSON.stringify(path)}`, { param: "mounts" });
}
