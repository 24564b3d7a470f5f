import { GradioFailure } from "./gradio-app.ts";
import { type GradioVersion, protocolOf, since } from "./gradio-version.ts";

/** What happens to one call, before it takes the version's form on the wire. */
export type GradioMessage =
  | { readonly kind: "estimation" }
  | { readonly kind: "process_starts" }
  /** One answer of a generator: every output whole, and the answer before it. */
  | { readonly kind: "generating"; readonly data: Outputs; readonly before: Outputs | undefined }
  | { readonly kind: "completed"; readonly data: Outputs; readonly generated: boolean }
  | { readonly kind: "failed"; readonly cause: unknown; readonly generated: boolean }
  /** What `/cancel` leaves of it. */
  | { readonly kind: "canceled" }
  | { readonly kind: "unexpected_error"; readonly message: string };

export type Outputs = readonly unknown[];

const eta = 0.066;

/** The message as the queue's streams and the websocket carry it. */
export function messageJson(
  version: GradioVersion,
  eventId: string,
  message: GradioMessage,
  showError: boolean,
): Record<string, unknown> {
  const newest = since(version, "6.31.0");
  const base = (msg: string): Record<string, unknown> =>
    since(version, "4.16.0") ? { msg, event_id: eventId } : { msg };
  switch (message.kind) {
    case "estimation":
      if (since(version, "4.16.0")) return { ...base("estimation"), rank: 0, queue_size: 1, rank_eta: eta };
      return {
        msg: "estimation",
        rank: 0,
        queue_size: 1,
        avg_event_process_time: eta,
        avg_event_concurrent_process_time: eta,
        rank_eta: eta,
        queue_eta: 0,
      };
    case "process_starts":
      return { ...base("process_starts"), ...(since(version, "4.16.0") && { eta }) };
    case "generating":
      return {
        ...base("process_generating"),
        output: outputJson(version, generatedData(version, message), true),
        success: true,
        ...(newest && { time_limit: null }),
      };
    case "completed": {
      // up to 4.16 the last answer of a generator comes once more, as it was
      const still = message.generated && !since(version, "4.20.0");
      const output = outputJson(version, message.data, still);
      return {
        ...base("process_completed"),
        output,
        success: true,
        ...(newest && timesJson(null, output["duration"] as number)),
      };
    }
    case "failed": {
      const output = failureJson(version, message.cause, showError, message.generated);
      const title = message.generated ? null : "Error";
      const duration = message.generated ? (output["duration"] ?? null) : null;
      const times = { ...timesJson(title, null), cache_duration: duration };
      return { ...base("process_completed"), output, success: false, ...(newest && times) };
    }
    case "canceled": {
      const times = { ...timesJson(null, null), cache_duration: null };
      return { ...base("process_completed"), output: {}, success: true, ...(newest && times) };
    }
    case "unexpected_error":
      return unexpectedErrorJson(version, message.message, false);
  }
}

const timesJson = (title: string | null, seconds: number | null): Record<string, unknown> => ({
  title,
  used_cache: null,
  cache_duration: seconds,
  avg_time: seconds,
});

/** A message of the stream itself, not of one call. */
export function streamMessageJson(
  version: GradioVersion,
  msg: "heartbeat" | "close_stream",
): Record<string, unknown> {
  return { msg, ...(since(version, "4.44.1") && { event_id: null }) };
}

export function unexpectedErrorJson(
  version: GradioVersion,
  message: string,
  isUnknownSession: boolean,
): Record<string, unknown> {
  return {
    msg: "unexpected_error",
    ...(since(version, "4.44.1") && { event_id: null }),
    message,
    ...(since(version, "6.31.0") && { session_not_found: isUnknownSession }),
    success: false,
  };
}

/** The answer of a direct call, and the `output` of a queue's message. */
export function outputJson(
  version: GradioVersion,
  data: readonly unknown[],
  isGenerating: boolean,
): Record<string, unknown> {
  return {
    data,
    is_generating: isGenerating,
    duration: 0.02,
    average_duration: 0.02,
    ...(since(version, "4.44.1") && { render_config: null, changed_state_ids: [] }),
    ...(since(version, "6.31.0") && { used_cache: null }),
  };
}

/** What is told of an error: of a bug nothing, unless the app shows its errors. */
export function failureJson(
  version: GradioVersion,
  cause: unknown,
  showError: boolean,
  generated = false,
): Record<string, unknown> {
  const text = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof GradioFailure) {
    return {
      error: since(version, "6.31.0") ? text : `'${text}'`,
      ...(since(version, "4.44.1") && { duration: 10, visible: true }),
      ...(since(version, "6.31.0") && { title: "Error" }),
    };
  }
  if (showError) return { error: text, ...(since(version, "6.31.0") && { visible: true }) };
  return { error: generated && !since(version, "4.44.1") ? "None" : null };
}

/** Of the protocols with diffs, the first answer is whole and each later one says what changed. */
function generatedData(
  version: GradioVersion,
  { data, before }: Extract<GradioMessage, { kind: "generating" }>,
): Outputs {
  const protocol = protocolOf[version];
  if (before === undefined || protocol === "ws" || protocol === "sse" || protocol === "sse_v1") return data;
  return data.map((value, index) => diff(before[index], value, []));
}

type Path = readonly (string | number)[];
type Edit = readonly [operation: "replace" | "append" | "add" | "delete", path: Path, value: unknown];

/** What turns the one value into the other, in the order in which it is to be done. */
function diff(before: unknown, after: unknown, path: Path): Edit[] {
  if (before === after) return [];
  if (typeof before === "string" && typeof after === "string" && after.startsWith(before)) {
    return [["append", path, after.slice(before.length)]];
  }
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  if (isRecord(before) && isRecord(after)) {
    const kept = Object.keys(before).flatMap((key): Edit[] =>
      key in after ? diff(before[key], after[key], [...path, key]) : [["delete", [...path, key], null]],
    );
    const added = Object.keys(after).filter((key) => !(key in before));
    return [...kept, ...added.map((key): Edit => ["add", [...path, key], after[key]])];
  }
  return [["replace", path, after]];
}

function diffLists(before: readonly unknown[], after: readonly unknown[], path: Path): Edit[] {
  const common = Math.min(before.length, after.length);
  return [
    ...before.slice(0, common).flatMap((value, index) => diff(value, after[index], [...path, index])),
    // each deletion moves the ones behind it, so all are at the same place
    ...before.slice(common).map((): Edit => ["delete", [...path, common], null]),
    ...after.slice(common).map((value, index): Edit => ["add", [...path, common + index], value]),
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
