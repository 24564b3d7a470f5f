import { isBerthError } from "@berth/api";
import type { AskedRequest } from "./asked-request.ts";
import { bodyFacts } from "./body-facts.ts";
import type { Exchange } from "./exchange.ts";
import type { Ingress, IngressContext } from "./ingress/ingress.ts";
import { ingressDialect } from "./ingress/ingress-dialect.ts";
import type { GatewayLimits } from "./limits.ts";
import { requireModelName } from "./model-name.ts";
import type { Operation, OperationName } from "./operation.ts";
import { parseBody } from "./parse-body.ts";
import { parseForm } from "./parse-form.ts";
import { readBody } from "./read-body.ts";

/** Reads the body and what it asks for. Rejects as `readBody` does, and with what is wrong in it. */
export async function readAsked(
  exchange: Exchange,
  operation: Extract<Operation, { kind: "inference" }>,
  given: Pick<IngressContext, "clock" | "newId">,
  limits: GatewayLimits,
): Promise<AskedRequest> {
  const { headers } = exchange.request;
  const { name, path, body: form, streams } = operation;
  const bytes = await readBody(exchange, form, limits);
  exchange.askedMs = given.clock.monotonic();
  const contentType = headers["content-type"];
  const json = form === "json" ? parseBody(bytes) : undefined;
  const said = json ?? parseForm(bytes, contentType);
  exchange.bodyBytes = bytes.length;
  exchange.asked = said.model ?? modelInQuery(operation);
  const parse = (): Readonly<Record<string, unknown>> =>
    form === "json" ? (JSON.parse(bytes.toString("utf8")) as Record<string, unknown>) : {};
  const { foreign } = operation;
  const { ingress, fault } =
    foreign === undefined ? notForeign : readForeign(exchange, foreign.ingress, json?.value ?? {}, given);
  return {
    operation: name,
    path,
    body: { kind: "bytes", bytes },
    form,
    contentType,
    stream: (ingress?.stream ?? said.stream) && streams,
    endsWithDone: streams && form === "json" && foreign === undefined,
    wantsUsage: said.wantsUsage,
    // limits have other names there; what it names elsewhere is written alike
    facts:
      ingress === undefined
        ? said.facts
        : { ...bodyFacts(ingress.request, ""), refersElsewhere: said.facts.refersElsewhere },
    isHeard: hearsAudio(name),
    ingress,
    fault,
    passes: foreign?.passes ?? true,
    // seldom wanted, and large: read again by who wants it
    parsed: ingress === undefined ? parse : () => ingress.request,
  };
}

const notForeign = { ingress: undefined, fault: undefined } as const;

/** What cannot be read here may still be for a provider that speaks the caller's words, and knows them better. */
function readForeign(
  exchange: Exchange,
  ingress: Ingress,
  body: Readonly<Record<string, unknown>>,
  given: Pick<IngressContext, "clock" | "newId">,
): Pick<AskedRequest, "ingress" | "fault"> {
  try {
    const { clock, newId } = given;
    const asked = ingress.read(body, { requestId: exchange.requestId, clock, newId });
    exchange.dialect = ingressDialect(ingress.error, asked.renderer);
    return { ingress: asked, fault: undefined };
  } catch (error) {
    if (isBerthError(error)) return { ingress: undefined, fault: error };
    throw error;
  }
}

function modelInQuery({ name, path }: Extract<Operation, { kind: "inference" }>): string | undefined {
  const inQuery = name === "transcribe" ? URL.parse(path, "http://x")?.searchParams.get("model") : null;
  if (inQuery === null || inQuery === undefined || inQuery === "") return undefined;
  requireModelName(inQuery);
  return inQuery;
}

function hearsAudio(name: OperationName): boolean {
  return name === "audio.transcriptions" || name === "audio.translations" || name === "transcribe";
}
