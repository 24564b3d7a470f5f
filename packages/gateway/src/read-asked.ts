import type { AskedRequest } from "./asked-request.ts";
import type { Exchange } from "./exchange.ts";
import type { GatewayLimits } from "./limits.ts";
import type { Operation, OperationName } from "./operation.ts";
import { parseBody } from "./parse-body.ts";
import { parseForm } from "./parse-form.ts";
import { readBody } from "./read-body.ts";

/** Reads the body and what it asks for. Rejects as `readBody` does, and with what is wrong in it. */
export async function readAsked(
  exchange: Exchange,
  operation: Extract<Operation, { kind: "inference" }>,
  limits: GatewayLimits,
): Promise<AskedRequest> {
  const { headers } = exchange.request;
  const { name, path, body: form, streams } = operation;
  const bytes = await readBody(exchange, form, limits);
  const contentType = headers["content-type"];
  const said = form === "json" ? parseBody(bytes) : parseForm(bytes, contentType);
  exchange.bodyBytes = bytes.length;
  exchange.asked = said.model ?? modelInQuery(operation);
  return {
    operation: name,
    path,
    body: { kind: "bytes", bytes },
    form,
    contentType,
    stream: said.stream && streams,
    endsWithDone: streams && form === "json",
    wantsUsage: said.wantsUsage,
    facts: said.facts,
    isHeard: hearsAudio(name),
    ingress: undefined,
    // seldom wanted, and large: read again by who wants it
    parsed: () => (form === "json" ? (JSON.parse(bytes.toString("utf8")) as Record<string, unknown>) : {}),
  };
}

function modelInQuery({ name, path }: Extract<Operation, { kind: "inference" }>): string | undefined {
  const inQuery = name === "transcribe" ? URL.parse(path, "http://x")?.searchParams.get("model") : null;
  return inQuery === null || inQuery === undefined || inQuery === "" ? undefined : inQuery;
}

function hearsAudio(name: OperationName): boolean {
  return name === "audio.transcriptions" || name === "audio.translations" || name === "transcribe";
}
