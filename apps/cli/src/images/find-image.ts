import type { ContainerImage } from "@berth/api";
import { CliError } from "../exit.ts";
import { nearest } from "../nearest.ts";

/** The one image meant by a name (or its last part), a name and tag, a path or an id. Throws when none or several are. */
export function findImage(images: readonly ContainerImage[], wanted: string): ContainerImage {
  const found = images.filter((image) => namesOf(image).includes(wanted));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined) {
    const places = found.map(({ path, location, profile }) => `${path ?? location} of ${profile}`).join(", ");
    throw new CliError(
      "usage",
      `${wanted} names ${found.length} images: ${places}; give the path of one, or --profile`,
    );
  }
  const near = nearest(
    wanted,
    images.map(({ name }) => name),
  );
  throw new CliError(
    "notFound",
    `no container image "${wanted}" is there${near === undefined ? "" : ` (did you mean ${near}?)`}; \`berth image ls\` lists them`,
  );
}

function namesOf({ id, name, tag, path }: ContainerImage): string[] {
  const short = name.slice(name.lastIndexOf("/") + 1);
  const names = [name, short];
  return [
    id,
    ...(path === null ? [] : [path]),
    ...names,
    ...names.map((each) => `${each}:${tag ?? "latest"}`),
  ];
}
