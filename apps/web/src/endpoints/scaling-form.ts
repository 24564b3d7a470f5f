import type { QueueRules, Scaling } from "@berth/api";
import { numberText, readNumber } from "../format/read-number.ts";
import type { FieldProblems } from "../launch/launch-form.ts";

/** Scaling as it stands in fields: numbers as typed, the period in minutes. */
export interface ScalingForm {
  readonly min: string;
  readonly max: string;
  readonly scaledownMinutes: string;
  readonly targetPendingRequests: string;
  readonly queueDelaySeconds: string;
  readonly concurrency: string;
  readonly overflowSeconds: string;
  readonly rollout: Scaling["rollout"];
}

export function scalingForm(scaling: Scaling): ScalingForm {
  return {
    min: String(scaling.min),
    max: String(scaling.max),
    scaledownMinutes: numberText(scaling.scaledownPeriodSeconds / 60),
    targetPendingRequests: String(scaling.targetPendingRequests),
    queueDelaySeconds: numberText(scaling.queueDelaySeconds),
    concurrency: numberText(scaling.concurrency),
    overflowSeconds: String(scaling.overflowSeconds),
    rollout: scaling.rollout,
  };
}

/** The policy that the form describes, or what is wrong with it, under the names the server uses. */
export function readScaling(form: ScalingForm): Read<Scaling> {
  const problems: Record<string, string> = {};
  const whole = wholeNumbers(problems);
  const min = whole(form.min, "scaling.min", 0);
  const max = whole(form.max, "scaling.max", 1);
  if (problems["scaling.max"] === undefined && max < min)
    problems["scaling.max"] = "give at least as many as always run";
  const scaling = {
    min,
    max,
    scaledownPeriodSeconds: whole(form.scaledownMinutes, "scaling.scaledownPeriodSeconds", 1, 60),
    targetPendingRequests: whole(form.targetPendingRequests, "scaling.targetPendingRequests", 1),
    queueDelaySeconds: readNumber(form.queueDelaySeconds) ?? null,
    concurrency: form.concurrency.trim() === "" ? null : whole(form.concurrency, "scaling.concurrency", 1),
    overflowSeconds: whole(form.overflowSeconds, "scaling.overflowSeconds", 1),
    rollout: form.rollout,
  };
  if (scaling.queueDelaySeconds !== null && !(scaling.queueDelaySeconds > 0))
    problems["scaling.queueDelaySeconds"] = "give a number above 0, or leave it empty";
  return { value: scaling, problems };
}

/** How jobs are kept and tried, as it stands in fields: each time in a unit that people would choose. */
export interface QueueForm {
  readonly ttlHours: string;
  readonly executionTimeoutMinutes: string;
  readonly maxAttempts: string;
  readonly retriesFailures: boolean;
  readonly retentionHours: string;
  readonly deadLetterDays: string;
  readonly limit: string;
  readonly limitPerKey: string;
  readonly limitGiB: string;
  readonly maxPriority: string;
  readonly boundsCallers: boolean;
  readonly leaseSeconds: string;
}

const hour = 3600;
const day = 24 * hour;
const gibibyte = 1024 ** 3;

export function queueForm(queue: QueueRules): QueueForm {
  return {
    ttlHours: numberText(queue.ttlSeconds / hour),
    executionTimeoutMinutes: numberText(queue.executionTimeoutSeconds / 60),
    maxAttempts: String(queue.maxAttempts),
    retriesFailures: queue.retriesFailures,
    retentionHours: numberText(queue.retentionSeconds / hour),
    deadLetterDays: numberText(queue.deadLetterSeconds / day),
    limit: String(queue.limit),
    limitPerKey: String(queue.limitPerKey),
    limitGiB: numberText(queue.limitBytes / gibibyte),
    maxPriority: String(queue.maxPriority),
    boundsCallers: queue.boundsCallers,
    leaseSeconds: String(queue.leaseSeconds),
  };
}

export function readQueue(form: QueueForm): Read<QueueRules> {
  const problems: Record<string, string> = {};
  const whole = wholeNumbers(problems);
  const queue = {
    ttlSeconds: whole(form.ttlHours, "queue.ttlSeconds", 1, hour),
    executionTimeoutSeconds: whole(form.executionTimeoutMinutes, "queue.executionTimeoutSeconds", 1, 60),
    maxAttempts: whole(form.maxAttempts, "queue.maxAttempts", 1),
    retriesFailures: form.retriesFailures,
    retentionSeconds: whole(form.retentionHours, "queue.retentionSeconds", 1, hour),
    deadLetterSeconds: whole(form.deadLetterDays, "queue.deadLetterSeconds", 1, day),
    limit: whole(form.limit, "queue.limit", 1),
    limitPerKey: whole(form.limitPerKey, "queue.limitPerKey", 1),
    limitBytes: whole(form.limitGiB, "queue.limitBytes", 1, gibibyte),
    maxPriority: whole(form.maxPriority, "queue.maxPriority", -1000),
    boundsCallers: form.boundsCallers,
    leaseSeconds: whole(form.leaseSeconds, "queue.leaseSeconds", 5),
  };
  return { value: queue, problems };
}

/** What a form says. With problems its value is not to be sent. */
export interface Read<T> {
  readonly value: T;
  readonly problems: FieldProblems;
}

/** Reads whole numbers out of fields, where `unit` is how many of what the server counts go into one of the field's. */
function wholeNumbers(
  problems: Record<string, string>,
): (text: string, param: string, least: number, unit?: number) => number {
  return (text, param, least, unit = 1) => {
    const typed = readNumber(text);
    const value = typed === undefined ? Number.NaN : typed * unit;
    // a third of an hour is a whole number of seconds, but not of hours
    const rounded = unit === 1 ? value : Math.round(value);
    if (Number.isSafeInteger(rounded) && rounded >= least) return rounded;
    problems[param] = unit === 1 ? `give a whole number of at least ${least}` : "give a number above 0";
    return least;
  };
}
