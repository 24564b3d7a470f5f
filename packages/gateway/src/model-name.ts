import { BerthError } from "@berth/api";

const maxModelNameChars = 256;

/** Throws `invalid_request` for a name that is too long: it is kept with each request, and told in many places. */
export function requireModelName(model: string): void {
  if (model.length <= maxModelNameChars) return;
  throw new BerthError(
    "invalid_request",
    `model is ${model.length} characters long, and may be ${maxModelNameChars}; GET /v1/models lists what can be called`,
    { param: "model" },
  );
}
