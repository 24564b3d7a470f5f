import { BerthError, type EngineOptions } from "@berth/api";

/** Throws BerthError `invalid_request` that names an option which the engine has not. */
export function refuseOptions(
  engine: string,
  options: EngineOptions,
  known: readonly (keyof EngineOptions)[],
): void {
  const names = Object.keys(options) as (keyof EngineOptions)[];
  const odd = names.find((name) => options[name] !== undefined && !known.includes(name));
  if (odd === undefined) return;
  throw new BerthError("invalid_request", `${engine} has no option ${odd}; it has ${known.join(", ")}`, {
    param: `options.${odd}`,
  });
}
