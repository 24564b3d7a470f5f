import { BerthError } from "@berth/api";

/** Longer names match no pattern: it bounds what a caller can make one cost. */
const maxNameLength = 256;
const maxUnbounded = 2;

/**
 * The pattern of a `regex` route: matches whole names only. Throws `invalid_request`, naming what is wrong, for one that
 * cannot be read or that some name could keep busy for long: repeated groups, look-around, references back, and more
 * than two parts that may be of any length.
 */
export function routePattern(source: string): RegExp {
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^(?=[^]{0,${maxNameLength}}$)(?:${source})$`);
    // whole by itself, too: "a)|(b" is not
    new RegExp(source);
  } catch (error) {
    const [, why] = /: ([^:]+)$/.exec((error as Error).message) ?? [];
    throw refused(`"${source}" is no regular expression (${why ?? "it cannot be read"})`);
  }
  // what stands in brackets or behind a backslash repeats nothing
  const bare = source
    .replaceAll(/\\[1-9k]/g, "\u0001")
    .replaceAll(/\\./gs, "x")
    .replaceAll(/\[(?:[^\]\\])*\]/g, "x");
  if (bare.includes("\u0001")) throw refused("a pattern may not refer back to a part of itself");
  if (/\(\?(?:[=!]|<[=!])/.test(bare)) throw refused("a pattern may not look ahead or back");
  if (/\)[*+{]/.test(bare))
    throw refused('a group may not be repeated: write one part out, as ".*", or make it optional with "?"');
  const unbounded = bare.match(/[*+]|\{\d+,\}|\{\d*,?\d{2,}\}/g)?.length ?? 0;
  if (unbounded > maxUnbounded)
    throw refused(
      `a pattern may have ${maxUnbounded} parts of any length (as ".*"), this one has ${unbounded}`,
    );
  return pattern;
}

function refused(message: string): BerthError {
  return new BerthError("invalid_request", `name: ${message}`, { param: "name" });
}
