import type { IncomingMessage, ServerResponse } from "node:http";
import { BerthError, isBerthError, submitJobSchema, z } from "@berth/api";
import { endpointAddress } from "@berth/gateway";
import type { QueueCaller, QueueEndpoint, QueueEndpoints, SubmitParts, SubmitWishes } from "@berth/jobs";
import { mostCallBytes, submitCall } from "@berth/jobs";
import type { Room } from "@berth/std/room";
import { parseInput } from "../http/parse-input.ts";
import { pathOf } from "../http/path-of.ts";
import { isForm, parseForm, parseJsonOfAnyType, readBody } from "../http/read-body.ts";
import { replyJson } from "../http/reply.ts";
import { asyncHeader } from "./own-words.ts";

export interface AcceptOptions extends SubmitParts {
  readonly endpoints: QueueEndpoints;
  /** For bodies on their way. */
  readonly bodyRoom: Room;
}

/** Queues a call in place of making it, and answers 202 with the job. Throws what is wrong with it. */
export type AcceptAsync = (
  request: IncomingMessage,
  response: ServerResponse,
  caller: QueueCaller,
) => Promise<void>;

/** As long as a summary's documents may take to arrive. */
const bodyTimeoutMs = 5 * 60_000;
const usualPath = "/predict";
const jsonType = "application/json";
const wishesSchema = z.object({
  "X-Berth-Priority": z
    .string()
    .regex(/^-?\d{1,5}$/, "send a whole number")
    .transform(Number)
    .pipe(submitJobSchema.shape.priority.unwrap())
    .optional(),
  "X-Berth-Webhook": submitJobSchema.shape.webhook,
  "Idempotency-Key": submitJobSchema.shape.idempotencyKey,
});

/** Whether the call is to be queued; what only reads is answered at once. Costs plain calls the look for a header. */
export function isAsync({ method, headers }: Pick<IncomingMessage, "method" | "headers">): boolean {
  const said = headers[asyncHeader];
  return said !== undefined && said !== "false" && method === "POST";
}

export function acceptAsync({ endpoints, bodyRoom: room, ...parts }: AcceptOptions): AcceptAsync {
  return async (request, response, caller) => {
    const { headers, url = "/" } = request;
    if (headers["content-encoding"] !== undefined && headers["content-encoding"] !== "identity")
      throw new BerthError("unsupported_media_type", "send the body as it is, without Content-Encoding", {
        param: "Content-Encoding",
      });
    if (headers[asyncHeader] !== "true")
      throw new BerthError("invalid_request", "X-Berth-Async: send true, or leave it out", {
        param: "X-Berth-Async",
      });
    const wishes = wishesOf(headers);
    const named = endpointIn(url);
    // where the path names it, who may not call it is told before the body is read
    const known = named === undefined ? undefined : endpoints.find(named.reference, caller);
    const { keyId } = caller;
    const limits = { maxBytes: mostCallBytes, timeoutMs: bodyTimeoutMs, room, keyId };
    const body = await readBody(request, limits);
    const endpoint = known ?? findByModel(await modelIn(request, body), endpoints, caller);
    // curl says form data when it is not told
    const isJson = named === undefined && !isForm(request);
    const contentType = isJson ? jsonType : (headers["content-type"] ?? jsonType);
    const call = { path: named?.path ?? url, contentType, body };
    const job = await submitCall(parts, endpoint, caller, call, wishes);
    replyJson(response, 202, job, { location: `/api/v1/jobs/${job.id}` });
  };
}

function endpointIn(url: string): { readonly reference: string; readonly path: string } | undefined {
  const address = endpointAddress(url);
  if (address !== undefined)
    return {
      reference: address.fullName,
      path: address.isBare ? usualPath + address.rest.slice(1) : address.rest,
    };
  if (pathOf({ url }).startsWith("/v1/")) return undefined;
  throw new BerthError("unsupported", "X-Berth-Async: only calls below /v1/ and of endpoints can be queued", {
    param: "X-Berth-Async",
  });
}

async function modelIn(request: IncomingMessage, body: Buffer): Promise<string> {
  const asked = isForm(request) ? await parseForm(request, body) : parseJsonOfAnyType(body);
  const model = (asked as { readonly model?: unknown } | null | undefined)?.model;
  if (typeof model === "string" && model !== "") return model;
  throw new BerthError("model_required", "model: name an endpoint", { param: "model" });
}

function findByModel(model: string, endpoints: QueueEndpoints, caller: QueueCaller): QueueEndpoint {
  try {
    return endpoints.find(model, caller);
  } catch (error) {
    if (!isBerthError(error) || error.code !== "not_found") throw error;
    throw new BerthError(
      "model_not_found",
      `no endpoint is named ${model}: only calls to endpoints can be queued`,
      {
        param: "model",
        cause: error,
      },
    );
  }
}

function wishesOf(headers: IncomingMessage["headers"]): SubmitWishes {
  const said = {
    "X-Berth-Priority": headers["x-berth-priority"],
    "X-Berth-Webhook": headers["x-berth-webhook"],
    "Idempotency-Key": headers["idempotency-key"],
  };
  const wishes = parseInput(wishesSchema, said, "headers") as z.output<typeof wishesSchema>;
  return {
    priority: wishes["X-Berth-Priority"],
    webhook: wishes["X-Berth-Webhook"],
    idempotencyKey: wishes["Idempotency-Key"],
  };
}
