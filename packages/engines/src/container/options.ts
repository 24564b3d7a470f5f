import { BerthError, type EngineName, type EngineOptions, type Model } from "@berth/api";
import type { EngineRequest } from "../engine.ts";
import { literal } from "./literal.ts";

type OptionName = keyof EngineOptions;

/** Throws `invalid_request` for the first option that is not among `taken`; `instead` says what there is in its place. */
export function refuseOptions(
  engine: EngineName,
  options: EngineOptions,
  taken: readonly OptionName[],
  instead: Readonly<Partial<Record<OptionName, string>>>,
): void {
  const names = Object.keys(options) as OptionName[];
  const first = names.find((name) => !taken.includes(name));
  if (first === undefined) return;
  const advice = instead[first] ?? "leave it out";
  throw new BerthError("invalid_request", `${engine} has no option ${first}: ${advice}`, {
    param: `options.${first}`,
  });
}

/** How an engine's command line is written. */
export interface ExtraRules {
  readonly engine: EngineName;
  /** Options that Berth sets, without their dashes and with `-` between words: what to use in their place. */
  readonly own: Readonly<Record<string, string>>;
}

/** The words after `--`, as they are. Throws `invalid_request` for one that Berth sets itself. */
export function extraWords(extra: readonly string[], { engine, own }: ExtraRules): readonly string[] {
  return extra.map((word) => {
    const name = /^--?([A-Za-z][\w-]*)/.exec(word)?.[1]?.replaceAll("_", "-");
    const advice = name !== undefined && Object.hasOwn(own, name) ? own[name] : undefined;
    if (advice !== undefined)
      throw new BerthError("invalid_request", `${word} is Berth's to set for ${engine}: ${advice}`, {
        param: "options.extra",
      });
    return literal(word, "options.extra");
  });
}

/** `--name value` for each option that was given. */
export function flags(values: Readonly<Record<string, string | number | undefined>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [name, String(value)],
  );
}

/** GPUs that share the model: all of the service's, unless fewer were asked for; 0 without any. */
export function shardsOf({ options, surroundings }: EngineRequest): number {
  const { gpus } = surroundings;
  const { numShard, sharded } = options;
  if (numShard !== undefined && numShard > Math.max(gpus, 1))
    throw new BerthError(
      "invalid_request",
      `numShard is ${numShard}, but the service has ${gpus === 0 ? "no GPU" : `${gpus} of the GPUs`}; ask for more (gres)`,
      { param: "options.numShard" },
    );
  if (sharded === true && gpus < 2)
    throw new BerthError("invalid_request", "sharded needs two GPUs or more; ask for them (gres)", {
      param: "options.sharded",
    });
  if (sharded === false) {
    if (numShard !== undefined && numShard > 1)
      throw new BerthError("invalid_request", `numShard is ${numShard}, but sharded is off`, {
        param: "options.sharded",
      });
    return Math.min(gpus, 1);
  }
  return numShard ?? gpus;
}

/** Throws `invalid_request` for limits that the model cannot hold, or that leave no room for an answer. */
export function checkContext(model: Model, { maxInputTokens, maxTotalTokens }: EngineOptions): void {
  const trained = model.facts?.contextTokens ?? null;
  if (maxTotalTokens !== undefined && trained !== null && maxTotalTokens > trained)
    throw new BerthError(
      "invalid_request",
      `maxTotalTokens is ${maxTotalTokens}, but ${model.repo} holds ${trained} tokens at most`,
      { param: "options.maxTotalTokens" },
    );
  const total = maxTotalTokens ?? trained;
  if (maxInputTokens !== undefined && total !== null && maxInputTokens >= total)
    throw new BerthError(
      "invalid_request",
      `maxInputTokens is ${maxInputTokens}, which leaves no room for an answer in ${total} tokens; raise maxTotalTokens or lower maxInputTokens`,
      { param: "options.maxInputTokens" },
    );
}
