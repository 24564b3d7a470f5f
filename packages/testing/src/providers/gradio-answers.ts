import { json, type Script } from "../fake-model-server-script.ts";
import type { ReceivedRequest } from "../fake-model-server.ts";
import type { GradioFault } from "./gradio-call.ts";

/** The body of a call, by whatever way. */
export interface CallBody {
  readonly data: readonly unknown[];
  readonly fn_index?: number | null;
  readonly session_hash?: string | null;
  readonly event_id?: string | null;
}

/** What FastAPI says of a bug, and Gradio lets happen for what it does not know. */
export const serverError: Script = [
  { do: "head", status: 500, headers: { "content-type": "text/plain; charset=utf-8" } },
  { do: "write", bytes: "Internal Server Error" },
  { do: "end" },
];

/** A refusal of something in front of the app. */
export function statusAnswer(fault: Extract<GradioFault, { kind: "status" }>): Script {
  const { status, retryAfterSeconds } = fault;
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  return [
    { do: "head", status, headers: { "content-type": "text/html", ...headers } },
    { do: "write", bytes: `<html><body><h1>${status}</h1></body></html>` },
    { do: "end" },
  ];
}

export const withBody = (request: ReceivedRequest, answer: (body: CallBody) => Script): Script =>
  withJson(request, ["data"], (body) => answer(body as unknown as CallBody));

/** FastAPI's refusals of a body that is not what it should be. */
export function withJson(
  request: ReceivedRequest,
  wanted: readonly string[],
  answer: (body: Readonly<Record<string, unknown>>) => Script,
): Script {
  let body: Readonly<Record<string, unknown>>;
  try {
    body = JSON.parse(request.body.toString()) as Readonly<Record<string, unknown>>;
  } catch {
    const ctx = { error: "Expecting value" };
    return json(
      { detail: [{ type: "json_invalid", loc: ["body", 0], msg: "JSON decode error", input: {}, ctx }] },
      422,
    );
  }
  const missing = wanted.filter((name) => !(name in body));
  if (missing.length === 0) return answer(body);
  const detail = missing.map((name) => ({
    type: "missing",
    loc: ["body", name],
    msg: "Field required",
    input: body,
  }));
  return json({ detail }, 422);
}
