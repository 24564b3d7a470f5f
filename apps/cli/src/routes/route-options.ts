import type { ModelRoute, RouteStrategy, RouteTarget } from "@berth/api";
import { Option, type Command } from "commander";
import { collect } from "../collect.ts";
import { readDuration } from "../duration.ts";
import { CliError } from "../exit.ts";
import { wholeNumber } from "../read-number.ts";

const strategies = [
  "least-outstanding",
  "weighted",
  "priority",
  "lowest-cost",
  "prefix-affine",
] as const satisfies readonly RouteStrategy[];
const matches = ["exact", "regex", "default"] as const satisfies readonly ModelRoute["match"][];

/** What a person may say of a route, by options of `add` and `update`. */
export interface RouteFlags {
  readonly target?: readonly string[];
  readonly fallback?: readonly string[];
  readonly match?: ModelRoute["match"];
  readonly strategy?: RouteStrategy;
  readonly retries?: number;
  readonly firstTokenTimeout?: string;
  /** `false` by `--no-cache`. */
  readonly cache?: string | false;
  readonly cacheAll?: boolean;
  readonly logBodies?: boolean;
}

export function addRouteOptions(command: Command): Command {
  return command
    .option(
      "--target <model>",
      "a service, a model or PROVIDER/MODEL, with :WEIGHT behind it; again for more",
      collect,
    )
    .option("--fallback <model>", "asked when no target can answer; again for one after that", collect)
    .addOption(
      new Option(
        "--match <how>",
        "exact (the name itself), regex (every name it matches whole) or default (all other names)",
      ).choices(matches),
    )
    .addOption(new Option("--strategy <strategy>", "which target is asked").choices(strategies))
    .option("--retries <count>", "tries after the first, before an answer begins", wholeNumber(0, 10))
    .option(
      "--first-token-timeout <duration>",
      "how long a target may take to begin before the next is asked",
    )
    .option(
      "--cache <duration>",
      "answer equal requests from memory for so long; only those sure to be equal",
    )
    .option("--cache-all", "with --cache: also those left to chance")
    .option("--log-bodies", "keep requests and answers in the request log");
}

export interface SaidOfRoute {
  targets?: RouteTarget[];
  match?: ModelRoute["match"];
  strategy?: RouteStrategy;
  retries?: number;
  firstTokenSeconds?: number;
  cache?: { ttlSeconds: number; which: "deterministic" | "all" };
  logBodies?: boolean;
}

/** What the flags say, nothing more. Throws a usage error that names the option. */
export function readRouteFlags(flags: RouteFlags): SaidOfRoute {
  const { match, strategy, retries, firstTokenTimeout, cache, cacheAll, logBodies } = flags;
  if (cacheAll === true && typeof cache !== "string")
    throw new CliError("usage", "--cache-all goes with --cache DURATION");
  return {
    ...targetsOf(flags),
    ...(match === undefined ? {} : { match }),
    ...(strategy === undefined ? {} : { strategy }),
    ...(retries === undefined ? {} : { retries }),
    ...(firstTokenTimeout === undefined
      ? {}
      : { firstTokenSeconds: readDuration(firstTokenTimeout, "--first-token-timeout") }),
    ...(typeof cache !== "string"
      ? {}
      : {
          cache: {
            ttlSeconds: Math.round(readDuration(cache, "--cache")),
            which: cacheAll === true ? "all" : "deterministic",
          },
        }),
    ...(logBodies === undefined ? {} : { logBodies }),
  };
}

/** Fallbacks are groups of their own, behind the targets'. */
function targetsOf({ target, fallback, strategy }: RouteFlags): { targets?: RouteTarget[] } {
  if (target === undefined && fallback === undefined) return {};
  if (target === undefined) throw new CliError("usage", "give --target too: --fallback comes behind it");
  const first = target.map(readTarget);
  const last = (fallback ?? []).map((text, index) => ({
    ...readTarget(text),
    // with `priority` each target is a group already
    group: index + (strategy === "priority" ? first.length : 1),
  }));
  return { targets: [...first, ...last] };
}

/** `b:2` is b with the weight 2. A model whose name ends in such a number is written with a weight, as `b:2:1`. */
function readTarget(text: string): RouteTarget {
  const [, model, weight] = /^(.+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  return model === undefined ? { model: text } : { model, weight: Number(weight) };
}
