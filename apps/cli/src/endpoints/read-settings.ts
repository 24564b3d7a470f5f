import type { CreateEndpoint } from "@berth/api";
import { readDuration } from "../duration.ts";
import { none, orNone } from "../or-none.ts";
import type { SettingFlags } from "./endpoint-options.ts";

type Settings = Pick<
  CreateEndpoint,
  "description" | "visibility" | "scaling" | "queue" | "fallback" | "coldStart"
>;

/** The settings that the flags name; what they do not name is absent, and stays. */
export function readSettings(flags: SettingFlags): Settings {
  const scaling = readScaling(flags);
  const queue = readQueue(flags);
  const { description, visibility, fallback, coldStart } = flags;
  return {
    ...(description === undefined ? {} : { description }),
    ...(visibility === undefined ? {} : { visibility }),
    ...(fallback === undefined ? {} : { fallback: fallback === none ? null : fallback }),
    ...(coldStart === undefined ? {} : { coldStart }),
    ...(Object.keys(scaling).length === 0 ? {} : { scaling }),
    ...(Object.keys(queue).length === 0 ? {} : { queue }),
  };
}

function readScaling(flags: SettingFlags): NonNullable<Settings["scaling"]> {
  const { min, max, scaledownPeriod, targetPending, queueDelay, concurrency, overflowAfter, rollout } = flags;
  return {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(scaledownPeriod === undefined
      ? {}
      : { scaledownPeriodSeconds: wholeSeconds(scaledownPeriod, "--scaledown-period") }),
    ...(targetPending === undefined ? {} : { targetPendingRequests: targetPending }),
    ...(queueDelay === undefined
      ? {}
      : { queueDelaySeconds: orNone((text) => readDuration(text, "--queue-delay"))(queueDelay) }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(overflowAfter === undefined
      ? {}
      : { overflowSeconds: wholeSeconds(overflowAfter, "--overflow-after") }),
    ...(rollout === undefined ? {} : { rollout }),
  };
}

function readQueue(flags: SettingFlags): NonNullable<Settings["queue"]> {
  const { ttl, executionTimeout, maxAttempts, retryFailures, retention, deadLetterRetention } = flags;
  const { queueLimit, queueLimitPerKey, queueLimitBytes, maxPriority, boundCallers, lease } = flags;
  return {
    ...(ttl === undefined ? {} : { ttlSeconds: wholeSeconds(ttl, "--ttl") }),
    ...(executionTimeout === undefined
      ? {}
      : { executionTimeoutSeconds: wholeSeconds(executionTimeout, "--execution-timeout") }),
    ...(maxAttempts === undefined ? {} : { maxAttempts }),
    ...(retryFailures === undefined ? {} : { retriesFailures: retryFailures }),
    ...(retention === undefined ? {} : { retentionSeconds: wholeSeconds(retention, "--retention") }),
    ...(deadLetterRetention === undefined
      ? {}
      : { deadLetterSeconds: wholeSeconds(deadLetterRetention, "--dead-letter-retention") }),
    ...(queueLimit === undefined ? {} : { limit: queueLimit }),
    ...(queueLimitPerKey === undefined ? {} : { limitPerKey: queueLimitPerKey }),
    ...(queueLimitBytes === undefined ? {} : { limitBytes: queueLimitBytes }),
    ...(maxPriority === undefined ? {} : { maxPriority }),
    ...(boundCallers === undefined ? {} : { boundsCallers: boundCallers }),
    ...(lease === undefined ? {} : { leaseSeconds: wholeSeconds(lease, "--lease") }),
  };
}

/** A second at least: what is given is not rounded to nothing. */
function wholeSeconds(text: string, option: string): number {
  return Math.max(1, Math.round(readDuration(text, option)));
}
