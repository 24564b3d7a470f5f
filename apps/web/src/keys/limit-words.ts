import type { KeyLimits } from "@berth/api";
import { formatCount } from "../format/size.ts";

/** What a key may do in a minute and at once; empty when nothing bounds it. */
export function limitWords({ requestsPerMinute, tokensPerMinute, parallel }: KeyLimits): string {
  return [
    requestsPerMinute === undefined ? undefined : `${formatCount(requestsPerMinute)} requests/min`,
    tokensPerMinute === undefined ? undefined : `${formatCount(tokensPerMinute)} tokens/min`,
    parallel === undefined ? undefined : `${formatCount(parallel)} at once`,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}
