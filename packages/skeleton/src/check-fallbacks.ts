import { DescriptionError } from "./description-error.ts";
import { fits } from "./fits.ts";
import { commentText, shownJson } from "./quote.ts";
import type { Model } from "./shape.ts";

/** The model itself. Throws DescriptionError where a default is not what its field may be. */
export function checkFallbacks(model: Model): Model {
  for (const { name, fields } of model.objects)
    for (const field of fields)
      if (field.fallback !== undefined && !fits(field.shape, field.fallback, model.objects))
        throw new DescriptionError(
          `${name}.${commentText(field.name)}: its default ${shownJson(field.fallback).slice(0, 80)} is not of its type`,
        );
  return model;
}
