import { createContainerImages } from "@berth/catalog/images";
import { systemClock } from "@berth/std/clock";
import { type Command, command } from "./command.ts";
import { expandHome, profileAt } from "./place-profile.ts";

type ImageCommand = "images list" | "images remove" | "images pull";

const images = createContainerImages({ fetch, clock: systemClock, engines: false });

/** Container images that lie here, by the catalog's own code. */
export const imageCommands: { readonly [C in ImageCommand]: Command } = {
  "images list": command("images list", async (place, { tell, signal }) => {
    tell({ type: "images", images: [...(await images.list(profileAt(place), signal))] });
  }),
  "images remove": command("images remove", ({ image, ...place }, { signal }) =>
    images.remove(image, profileAt(place), signal),
  ),
  "images pull": command("images pull", async ({ source, name, ...place }, { tell, signal }) => {
    const onLine = (line: string): void => tell({ type: "log", line });
    const request = { source: expandSource(source), ...(name === null ? {} : { name }) };
    const image = await images.pull(request, { profile: profileAt(place), id: "", onLine }, signal);
    tell({ type: "image", image });
  }),
};

/** `~` in a path, after what says of which kind it is. */
function expandSource(source: string): string {
  const [, kind = "", path = source] = /^((?:oci|docker)-archive:)?(.*)$/.exec(source) ?? [];
  return `${kind}${expandHome(path)}`;
}
