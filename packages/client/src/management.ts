import type { RouteName } from "@berth/api";
import type { ManagementMethods } from "./call.ts";
import { paths } from "./paths.ts";
import { fillPath } from "./fill-path.ts";
import { formBody } from "./form-body.ts";
import { wholeText } from "./body.ts";
import { errorFromBody } from "./error.ts";
import { readEvents, type OnComment, type OnEventId } from "./sse.ts";
import { parseJson, readJson, send, type Call, type Reply, type Transport } from "./transport.ts";

interface Request {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  readonly onComment?: OnComment | undefined;
  readonly onEventId?: OnEventId | undefined;
}

/** The methods of the route table: the table gives each its types, the path table gives each its work. */
export function managementMethods(transport: Transport): ManagementMethods {
  const methods = Object.keys(paths).map((name) => [name, method(transport, name as RouteName)]);
  return Object.fromEntries(methods) as ManagementMethods;
}

function method(transport: Transport, name: RouteName): (request?: Request) => unknown {
  const { method: verb, path, reply } = paths[name];
  const open = async (request: Request, accept: string): Promise<Reply> => {
    const call: Call = {
      method: verb,
      path: fillPath(path, request.params ?? {}),
      query: request.query,
      ...(hasFiles(request.body) ? { form: await formBody(request.body) } : { body: request.body }),
      accept,
      signal: request.signal,
    };
    return send(transport, call);
  };
  switch (reply) {
    case "json":
      return async (request = {}) => readJson(await open(request, "application/json"));
    case "empty":
      return async (request = {}) => {
        await wholeText((await open(request, "application/json")).text());
      };
    case "raw":
      return async (request = {}) => {
        const answer = await open(request, "*/*");
        return {
          contentType: answer.header("content-type"),
          header: answer.header,
          bytes: await answer.bytes(),
        };
      };
    case "text":
      return async function* (request = {}) {
        yield* (await open(request, "text/plain, application/json")).text();
      };
    case "events":
      return async function* (request = {}) {
        const stream = await open(request, "text/event-stream, application/json");
        for await (const event of readEvents(stream.text(), request.onComment)) {
          const parsed = parseEvent(event.data, stream);
          if (event.id !== undefined) request.onEventId?.(event.id);
          yield parsed;
        }
      };
  }
}

function hasFiles(body: unknown): body is object {
  return typeof body === "object" && body !== null && "file" in body && body.file !== undefined;
}

/** Throws the error that a stream tells after it has begun. */
function parseEvent(data: string, stream: Reply): unknown {
  const event = parseJson(data, stream);
  const error = errorFromBody(event, { status: stream.status, requestId: stream.requestId });
  if (error !== undefined) throw error;
  return event;
}
