import { json, type Script, type Step } from "../fake-model-server-script.ts";
import { type ReceivedRequest, startFakeModelServer } from "../fake-model-server.ts";
import { endOn, type FaultOf, type StreamFault, writeIn } from "./faulty-stream.ts";
import { askContainer, type ContainerReply, type SageMakerContainer } from "./sagemaker-container.ts";
import { payloadPart, streamException } from "./sagemaker-event-stream.ts";
import { type AwsCredentials, verifySignature } from "./sagemaker-signature.ts";

export type SageMakerFault =
  | StreamFault
  | {
      readonly kind: "refused";
      readonly as:
        | "ThrottlingException"
        | "ModelNotReadyException"
        | "InternalFailure"
        | "ServiceUnavailable"
        | "AccessDeniedException";
    }
  /** The service fails while it streams, not the model. */
  | { readonly kind: "internal_failure"; readonly afterPieces: number }
  /** A frame of the stream whose checksum is wrong. */
  | { readonly kind: "wrong_checksum"; readonly afterPieces: number };

export interface SageMakerDoubleOptions {
  readonly credentials: AwsCredentials;
  /** us-east-1 when absent. */
  readonly region?: string;
  /** What serves each endpoint, by its name. */
  readonly endpoints: Readonly<Record<string, SageMakerContainer>>;
  /** What time it is there, which signatures must be near to. */
  readonly now?: () => Date;
  /** Bytes of the container's reply in one part of the stream; a part for each of its pieces when absent. */
  readonly partBytes?: number;
  /** Streams leave in pieces of so many bytes. */
  readonly pieceBytes?: number;
  /** What goes wrong with the nth invocation that is let in. */
  readonly fault?: FaultOf<SageMakerFault>;
}

export interface SageMakerDouble extends AsyncDisposable {
  /** Of `https://runtime.sagemaker.REGION.amazonaws.com`. */
  readonly url: string;
  readonly received: readonly ReceivedRequest[];
}

/**
 * Stands in for the SageMaker runtime: both ways to invoke an endpoint, signatures, refusals and the stream.
 *
 * Paths, headers and fields are from the service's model as botocore 1.44.5 carries it (API version 2017-05-13). Bodies
 * of errors as users report them: aws/amazon-sagemaker-examples issues 290, 293 and 1216, jupyterlab/jupyter-ai issue
 * 361, opensearch-project/ml-commons issue 2429 (throttling is a 400 without a message).
 */
export async function startSageMakerDouble(options: SageMakerDoubleOptions): Promise<SageMakerDouble> {
  let invocations = 0;
  const server = await startFakeModelServer({
    script: (request) => answer(options, request, () => options.fault?.(invocations++)),
  });
  return { url: server.url, received: server.received, [Symbol.asyncDispose]: () => server.close() };
}

const account = "123456789012";

function answer(
  options: SageMakerDoubleOptions,
  request: ReceivedRequest,
  nextFault: () => SageMakerFault | undefined,
): Script {
  const region = options.region ?? "us-east-1";
  const now = options.now?.() ?? new Date();
  const signature = verifySignature(request, options.credentials, { region, service: "sagemaker", now });
  if (signature !== undefined) {
    const status = signature.type === "IncompleteSignatureException" ? 400 : 403;
    return refuse(status, `${signature.type}:http://internal.amazon.com/coral/com.amazon.coral.service/`, {
      message: signature.message,
    });
  }
  const [, encoded, verb] =
    /^\/endpoints\/([^/?]+)\/(invocations(?:-response-stream)?)$/.exec(request.url) ?? [];
  if (request.method !== "POST" || encoded === undefined) {
    return refuse(
      404,
      "UnknownOperationException:http://internal.amazon.com/coral/com.amazon.coral.service/",
      {},
    );
  }
  const name = decodeURIComponent(encoded);
  const container = options.endpoints[name];
  if (container === undefined) {
    return refuse(400, "ValidationError", { Message: `Endpoint ${name} of account ${account} not found.` });
  }
  const fault = nextFault();
  if (fault?.kind === "refused") return refused(fault.as, region, name);
  const isStreamed = verb === "invocations-response-stream";
  const reply = askContainer(container, request.body.toString(), {
    acceptsLicense: /(^|,)\s*accept_eula=true\s*(,|$)/.test(
      String(request.headers["x-amzn-sagemaker-custom-attributes"] ?? ""),
    ),
    isStreamed,
  });
  if ("status" in reply) return modelError(region, name, reply.status, reply.body);
  if (isStreamed) return streamed(options, reply, fault);
  switch (fault?.kind) {
    case "error":
      return modelError(region, name, 500, fault.message);
    case "stall":
    case "reset":
      return [{ do: fault.kind }];
    case "end":
    case "internal_failure":
    case "wrong_checksum":
    case undefined:
      return whole(reply);
  }
}

const variant = { "x-amzn-invoked-production-variant": "AllTraffic" };

function whole(reply: ContainerReply): Script {
  return [
    { do: "head", status: 200, headers: { "content-type": reply.contentType, ...variant } },
    { do: "write", bytes: reply.pieces.join("") },
    { do: "end" },
  ];
}

function streamed(
  options: SageMakerDoubleOptions,
  reply: ContainerReply,
  fault: SageMakerFault | undefined,
): Script {
  const after = fault !== undefined && "afterPieces" in fault ? fault.afterPieces : undefined;
  const said = reply.pieces.slice(0, after).map((piece) => Buffer.from(piece));
  const parts = options.partBytes === undefined ? said : cut(Buffer.concat(said), options.partBytes);
  const write = (frame: Uint8Array): Step => writeIn(frame, options.pieceBytes);
  return [
    {
      do: "head",
      status: 200,
      headers: {
        "content-type": "application/vnd.amazon.eventstream",
        "x-amzn-sagemaker-content-type": reply.contentType,
        ...variant,
      },
    },
    ...parts.map((part) => write(payloadPart(part))),
    ...failure(fault).map(write),
    fault?.kind === "stall" || fault?.kind === "reset" ? endOn(fault) : { do: "end" },
  ];
}

function cut(bytes: Buffer, partBytes: number): Buffer[] {
  const count = Math.ceil(bytes.length / partBytes);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * partBytes, (at + 1) * partBytes));
}

function failure(fault: SageMakerFault | undefined): Uint8Array[] {
  switch (fault?.kind) {
    case "error":
      return [streamException("ModelStreamError", { Message: fault.message, ErrorCode: "StreamBroken" })];
    case "internal_failure":
      return [streamException("InternalStreamFailure", { Message: "The stream processing failed." })];
    case "wrong_checksum": {
      const frame = payloadPart(Buffer.from("x"));
      frame.writeUInt32BE((frame.readUInt32BE(frame.length - 4) ^ 1) >>> 0, frame.length - 4);
      return [frame];
    }
    case "stall":
    case "reset":
    case "end":
    case "refused":
    case undefined:
      return [];
  }
}

function refuse(status: number, type: string, body: unknown): Script {
  return json(body, status, {
    "x-amzn-errortype": type,
    "x-amzn-requestid": "5685a6bd-e20e-4250-a125-828b8e5a5199",
  });
}

function refused(
  type: Extract<SageMakerFault, { kind: "refused" }>["as"],
  region: string,
  name: string,
): Script {
  switch (type) {
    case "ThrottlingException":
      return refuse(400, type, { message: null });
    case "ModelNotReadyException":
      return refuse(429, type, { Message: "Wait and try your request again." });
    case "InternalFailure":
      return refuse(500, type, { Message: "An internal failure occurred." });
    case "ServiceUnavailable":
      return refuse(503, type, { Message: "The service is unavailable. Try your call again." });
    case "AccessDeniedException": {
      const resource = `arn:aws:sagemaker:${region}:${account}:endpoint/${name}`;
      const who = `arn:aws:iam::${account}:user/tester`;
      const message = `User: ${who} is not authorized to perform: sagemaker:InvokeEndpoint on resource: ${resource}`;
      return refuse(403, type, { Message: message });
    }
  }
}

/** What the container said, wrapped twice. */
function modelError(region: string, name: string, status: number, said: string): Script {
  const whose = status < 500 ? "client" : "server";
  const logs = `/aws/sagemaker/Endpoints/${name}`;
  const console = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}`;
  return refuse(424, "ModelError", {
    ...(status < 500 && { ErrorCode: "CLIENT_ERROR_FROM_MODEL" }),
    LogStreamArn: `arn:aws:logs:${region}:${account}:log-group:${logs}`,
    Message:
      `Received ${whose} error (${status}) from primary with message "${said}". ` +
      `See ${console}#logEventViewer:group=${logs} in account ${account} for more information.`,
    OriginalMessage: said,
    OriginalStatusCode: status,
  });
}
