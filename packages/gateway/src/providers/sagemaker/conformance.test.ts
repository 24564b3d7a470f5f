import { json, type Script } from "@berth/testing/fake-model-server-script";
import {
  asText,
  fields,
  list,
  type ProviderRequest,
  startProviderDouble,
} from "@berth/testing/providers/provider-double";
import { generate, type Reply } from "@berth/testing/providers/reply";
import { payloadPart, streamException } from "@berth/testing/providers/sagemaker-event-stream";
import { provider } from "../../gateway-rig.ts";
import { describeProvider } from "../test/conformance.ts";
import { type Failure, type Heard, retryAfterSeconds } from "../test/provider-under-test.ts";
import { doubleOptions, startedDouble } from "../test/started-double.ts";

const refusal = (type: string, status: number, body: object, headers: Record<string, string> = {}): Script =>
  json(body, status, { "x-amzn-errortype": type, ...headers });

const failures: Readonly<Record<Failure, Script>> = {
  busy: refusal("ThrottlingException", 400, { message: null }, { "retry-after": String(retryAfterSeconds) }),
  broken: refusal("InternalFailure", 500, { Message: "An internal failure occurred." }),
  credential: refusal("UnrecognizedClientException", 403, {
    message: "The security token upstream-secret is invalid.",
  }),
  "error first": stream([streamException("ModelStreamError", { Message: "out of memory" })]),
};

function stream(frames: readonly Uint8Array[]): Script {
  return [
    { do: "head", status: 200, headers: { "content-type": "application/vnd.amazon.eventstream" } },
    ...frames.map((bytes) => ({ do: "write", bytes }) as const),
    { do: "end" },
  ];
}

/** Text Generation Inference behind an endpoint: it tells how an answer has ended. */
function answer(request: ProviderRequest, reply: Reply): Script {
  const body = fields(request.json) ?? {};
  const { max_new_tokens: maxTokens, stop } = fields(body.parameters) ?? {};
  const said = generate(reply.text ?? asText(body.inputs), {
    maxTokens: typeof maxTokens === "number" ? maxTokens : undefined,
    stop: (list(stop) ?? []).map(asText),
    keepsOfStop: "all",
  });
  const details = { finish_reason: { end: "eos_token", length: "length", stop: "stop_sequence" }[said.end] };
  if (!request.path.endsWith("-stream")) return json([{ generated_text: said.text, details }]);
  const { breaksAfterTokens } = reply;
  const events = said.tokens.slice(0, breaksAfterTokens).map((text, at) => {
    const end =
      at === said.tokens.length - 1 ? { generated_text: said.text, details } : { generated_text: null };
    return payloadPart(
      Buffer.from(`data:${JSON.stringify({ token: { text, special: false }, ...end })}\n\n`),
    );
  });
  if (breaksAfterTokens === undefined) return stream(events);
  return stream([...events, streamException("ModelStreamError", { Message: "CUDA out of memory" })]);
}

function heard({ json: body }: ProviderRequest): Heard {
  const { inputs, parameters } = fields(body) ?? {};
  const { max_new_tokens, temperature, top_p, stop, seed } = fields(parameters) ?? {};
  return {
    conversation: asText(inputs).trimEnd(),
    fields: { max_tokens: max_new_tokens, temperature, top_p, stop, seed },
    images: [],
    calls: [],
  };
}

describeProvider("SageMaker", {
  kind: "sagemaker",
  passesThrough: false,
  start: async (behaviour) => {
    const options = doubleOptions(behaviour, failures, (reply): Reply => reply);
    const double = await startProviderDouble(options, (request, index) => {
      const said = options.answer?.(request, index) ?? {};
      return Array.isArray(said) ? (said as Script) : answer(request, said as Reply);
    });
    const keys = { accessKeyId: "AK", secretAccessKey: "upstream-secret" };
    const target = {
      kind: "sagemaker",
      url: double.url,
      auth: { kind: "aws", keys },
      options: { region: "us-east-1" },
    } as const;
    return startedDouble(double, provider({ model: "my-ep", prompt: { kind: "plain" }, target }), heard);
  },
});
