import type { ColdStart, Endpoint, EndpointConfiguration, Scaling, Visibility } from "@berth/api";
import { formatCount } from "../format/size.ts";
import { formatExpected, formatSpan } from "../format/time.ts";

/** What an endpoint's replicas are, in a line. */
export function servesWords({ template }: Pick<EndpointConfiguration, "template">): string {
  if (template === null) return "workers of your own";
  const { model, command } = template;
  if (model !== undefined) return model;
  return command === undefined ? "nothing chosen" : command.argv.join(" ");
}

/** What kind of template it is. */
export function kindWords({ template }: Pick<EndpointConfiguration, "template">): string {
  if (template === null) return "jobs only";
  if (template.command !== undefined) return "a command";
  return template.engine ?? template.image ?? "a model";
}

/** Where replicas run, in the order in which room is looked for, and how large they are. */
export function placeWords({ profiles, hardware }: EndpointConfiguration): string {
  const places = profiles.join(", then ");
  return hardware === null ? places : `${places} · ${hardware}`;
}

export const visibilityWords: Record<Visibility, { readonly label: string; readonly note: string }> = {
  private: { label: "Private", note: "Keys of its owner" },
  internal: { label: "Internal", note: "Keys that have an owner" },
  public: { label: "Public", note: "Every key that may call models" },
};

/** For callers who do not say what they want. */
export const coldStartWords: Record<ColdStart, string> = {
  hold: "callers wait",
  fail: "callers are refused",
  fallback: "the fallback answers",
};

export const rolloutWords: Record<Scaling["rollout"], { readonly label: string; readonly note: string }> = {
  auto: { label: "Beside the old ones, where there is room", note: "Else in their place" },
  surge: { label: "Beside the old ones", note: "Or not at all" },
  replace: { label: "In place of the old ones", note: "Callers wait meanwhile" },
};

/** "2 ready · 1 starting · of 3". */
export function replicaWords({ wanted, ready, starting, draining }: Endpoint["replicas"]): string {
  if (wanted === 0 && ready === 0 && starting === 0 && draining === 0) return "none";
  return [
    `${formatCount(ready)} ready`,
    starting === 0 ? undefined : `${formatCount(starting)} starting`,
    draining === 0 ? undefined : `${formatCount(draining)} draining`,
    wanted === ready ? undefined : `of ${formatCount(wanted)}`,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}

/** Calls that are held and jobs that wait: everything nobody works on yet. */
export function pendingCount({ waiting, jobs }: Pick<Endpoint, "waiting" | "jobs">): number {
  return waiting + jobs.queued;
}

/** When the first replica should be ready, while none is. */
export function readyWords({ expectedReadyAt }: Endpoint, now: number): string | undefined {
  if (expectedReadyAt === null) return undefined;
  const leftMs = expectedReadyAt - now;
  return leftMs > 0
    ? `ready in about ${formatSpan(leftMs)}, at ${formatExpected(expectedReadyAt, now)}`
    : "should be ready any moment";
}

/** What a scaling policy will do, as one would tell it. */
export function scalingWords(scaling: Scaling): string[] {
  const { min, max, scaledownPeriodSeconds, targetPendingRequests, queueDelaySeconds, concurrency } = scaling;
  const period = formatSpan(scaledownPeriodSeconds * 1000);
  const least =
    min === 0
      ? `Starts from nothing at the first call, and goes back to nothing ${period} after the last.`
      : `At least ${replicas(min)} ${min === 1 ? "runs" : "run"} all the time.`;
  const more =
    max <= Math.max(1, min)
      ? `Never more than ${replicas(max)}, however much waits.`
      : `One more for every ${formatCount(targetPendingRequests)} calls that wait or are worked on, up to ${replicas(max)}; fewer once fewer have been enough for ${period}.`;
  return [
    least,
    more,
    queueDelaySeconds === null || max === 1
      ? undefined
      : `More also when what waits would not be begun within ${formatSpan(queueDelaySeconds * 1000)}.`,
    concurrency === null
      ? undefined
      : `A replica works on ${concurrency === 1 ? "one call" : `${formatCount(concurrency)} calls`} at once; more wait.`,
  ].filter((line) => line !== undefined);
}

function replicas(count: number): string {
  return count === 1 ? "one replica" : `${formatCount(count)} replicas`;
}
