import { DescriptionError } from "../description-error.ts";
import { isObject, own, type Json } from "../json.ts";

/** What `#/components/schemas/Item` names. Throws where there is nothing, and for another file: none is fetched. */
export function findPointer(root: Json, ref: string): Json {
  if (ref !== "#" && !ref.startsWith("#/"))
    throw new DescriptionError(`$ref ${ref} leads out of the file; put what it names into it, under $defs`);
  let found: Json | undefined = root;
  for (const step of ref.split("/").slice(1).map(unescapeStep)) {
    found = Array.isArray(found)
      ? (found as readonly Json[])[Number(step)]
      : isObject(found)
        ? own(found, step)
        : undefined;
  }
  if (found === undefined) throw new DescriptionError(`$ref ${ref} leads to nothing in the file`);
  return found;
}

/** The last step, as a name for what is found: `Item`. */
export function lastStep(ref: string): string {
  return unescapeStep(ref.split("/").at(-1) ?? "");
}

function unescapeStep(step: string): string {
  let plain = step;
  try {
    plain = decodeURIComponent(step);
  } catch {
    // a percent sign that stands for itself
  }
  return plain.replaceAll("~1", "/").replaceAll("~0", "~");
}
