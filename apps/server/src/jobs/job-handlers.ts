import { BerthError } from "@berth/api";
import type { HandlerCaller, HandlerContext, Handlers, RawResult } from "@berth/control";
import type { CallerJobs, JobBody, StreamedEvent } from "@berth/jobs";

export type JobHandlers = Pick<
  Handlers,
  | "submitJob"
  | "listEndpointJobs"
  | "purgeJobs"
  | "getEndpointHealth"
  | "listJobs"
  | "getJobs"
  | "getJob"
  | "getJobInput"
  | "getJobResult"
  | "streamJob"
  | "cancelJob"
  | "retryJob"
>;

/** The routes of those whose jobs they are. */
export function jobHandlers(jobs: CallerJobs): JobHandlers {
  return {
    submitJob: ({ params, body }, context) =>
      jobs.submit(params.id, body, callerOf(context), context.idempotencyKey),
    listEndpointJobs: async ({ params, query }, context) =>
      pageOf(await jobs.list(filterOf(query), callerOf(context), params.id)),
    purgeJobs: async ({ params }, context) => ({
      cancelled: [...(await jobs.purge(params.id, callerOf(context)))],
    }),
    getEndpointHealth: ({ params }, context) => jobs.health(params.id, callerOf(context)),
    listJobs: async ({ query }, context) => pageOf(await jobs.list(filterOf(query), callerOf(context))),
    getJobs: async ({ body }, context) => ({ data: await jobs.getMany(body.ids, callerOf(context)) }),
    getJob: ({ params, query }, context) =>
      jobs.get(params.id, callerOf(context), waitMsOf(query), context.signal),
    getJobInput: async ({ params }, context) => rawOf(await jobs.input(params.id, callerOf(context))),
    getJobResult: async ({ params, query }, context) => {
      const result = await jobs.result(params.id, callerOf(context), waitMsOf(query), context.signal);
      return rawOf(result, { "x-berth-status": String(result.status) });
    },
    streamJob: async ({ params, query }, context) => {
      const after = query.after ?? numberOf(context.lastEventId);
      return asText(await jobs.stream(params.id, callerOf(context), after, context.signal));
    },
    cancelJob: ({ params }, context) => jobs.cancel(params.id, callerOf(context)),
    retryJob: ({ params, body }, context) => jobs.retry(params.id, callerOf(context), body),
  };
}

/** Who calls. Each of these routes is closed to strangers. */
export function callerOf({ caller }: HandlerContext): HandlerCaller {
  if (caller === undefined) throw new BerthError("invalid_api_key", "it is not known who calls");
  return caller;
}

interface Filter {
  readonly status?: Parameters<CallerJobs["list"]>[0]["status"];
  readonly deadLetters?: "true" | "false" | undefined;
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

function filterOf({ status, deadLetters, limit, cursor }: Filter): Parameters<CallerJobs["list"]>[0] {
  return {
    status,
    deadLetters: deadLetters === undefined ? undefined : deadLetters === "true",
    ...(limit === undefined ? {} : { limit }),
    cursor,
  };
}

function pageOf({ jobs, next }: Awaited<ReturnType<CallerJobs["list"]>>) {
  return { data: [...jobs], next };
}

function waitMsOf({ wait = 0 }: { readonly wait?: number | undefined }): number {
  return wait * 1000;
}

function numberOf(lastEventId: string | undefined): number {
  if (lastEventId === undefined || lastEventId === "") return 0;
  if (/^\d{1,10}$/.test(lastEventId)) return Number(lastEventId);
  throw new BerthError("invalid_request", "Last-Event-ID: send the id of an event of this stream", {
    param: "Last-Event-ID",
  });
}

/** With its length, so that whoever gets less knows. */
async function rawOf(
  { contentType, bytes, body }: JobBody,
  headers: Readonly<Record<string, string>> = {},
): Promise<RawResult> {
  return {
    contentType,
    headers: { ...headers, "content-length": String(bytes) },
    body: await begun(body),
  };
}

/** What is wrong at once is told in place of the answer, and does not break it off. */
async function begun(body: JobBody["body"]): Promise<RawResult["body"]> {
  let first: Promise<IteratorResult<Uint8Array>> | undefined = body.next();
  await first;
  const next = (): Promise<IteratorResult<Uint8Array>> => {
    const step = first ?? body.next();
    first = undefined;
    return step;
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: () => body.return(undefined) }) };
}

async function* asText(events: AsyncIterable<StreamedEvent>): AsyncGenerator<string> {
  for await (const { number, event } of events) {
    const id = number === null ? "" : `id: ${number}\n`;
    yield `${id}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  }
}
