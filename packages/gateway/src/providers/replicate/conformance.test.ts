import { eventStreamHead, json, type Script } from "@berth/testing/fake-model-server-script";
import {
  asText,
  fields,
  type ProviderRequest,
  startProviderDouble,
} from "@berth/testing/providers/provider-double";
import { generate, type Generated, type Reply } from "@berth/testing/providers/reply";
import { provider } from "../../gateway-rig.ts";
import { describeProvider } from "../test/conformance.ts";
import { type Failure, type Heard, retryAfterSeconds } from "../test/provider-under-test.ts";
import { doubleOptions } from "../test/started-double.ts";

const failures: Readonly<Record<Failure, Script>> = {
  busy: json({ detail: "Request was throttled.", status: 429 }, 429, {
    "retry-after": String(retryAfterSeconds),
  }),
  broken: json({ detail: "Internal server error", status: 500 }, 500),
  credential: json(
    { title: "Unauthenticated", detail: "Not a valid token: upstream-secret", status: 401 },
    401,
  ),
  "error first": [
    eventStreamHead,
    { do: "write", bytes: 'event: error\nid: 1:0\ndata: {"detail":"out of memory"}\n\n' },
    { do: "end" },
  ],
};

/** The one prediction, which is done when it is looked at, or says so in its stream. */
function described(origin: string, status: string, said: Generated | undefined): Script {
  const url = `${origin}/v1/predictions/p1`;
  const output = said?.tokens ?? null;
  const metrics = { predict_time: 1, input_token_count: 5, output_token_count: said?.tokens.length };
  const urls = { get: url, cancel: `${url}/cancel`, stream: `${url}/stream` };
  return json({ id: "p1", status, output, error: null, urls, metrics: said === undefined ? {} : metrics });
}

function streamed({ tokens }: Generated, breaksAfterTokens: number | undefined): Script {
  const event = (name: string, data: string) => {
    const lines = data.split("\n").map((line) => `data: ${line}\n`);
    return { do: "write", bytes: `event: ${name}\nid: 1:0\n${lines.join("")}\n` } as const;
  };
  const last =
    breaksAfterTokens === undefined
      ? [event("done", "{}")]
      : [event("error", '{"detail":"CUDA out of memory"}'), event("done", '{"reason":"error"}')];
  const output = tokens.slice(0, breaksAfterTokens).map((token) => event("output", token));
  return [eventStreamHead, ...output, ...last, { do: "end" }];
}

function inputOf(request: ProviderRequest | undefined): Readonly<Record<string, unknown>> {
  return fields(fields(request?.json)?.input) ?? {};
}

function heard(request: ProviderRequest): Heard {
  const { prompt, max_tokens, temperature, top_p, stop_sequences: stop, seed } = inputOf(request);
  return {
    conversation: asText(prompt).trimEnd(),
    fields: {
      max_tokens,
      temperature,
      top_p,
      stop: stop === undefined ? undefined : asText(stop).split(","),
      seed,
    },
    images: [],
    calls: [],
  };
}

describeProvider("Replicate", {
  kind: "replicate",
  passesThrough: false,
  start: async (behaviour) => {
    const { answer, fault } = doubleOptions(behaviour, failures, (reply): Reply => reply);
    let asked: ProviderRequest | undefined;
    let origin = "";
    const answers = ({ path, method }: ProviderRequest): boolean =>
      path.endsWith("/stream") || (method === "GET" && fields(asked?.json)?.stream !== true);
    const double = await startProviderDouble(
      { fault: (request, index) => (answers(request) ? fault?.(request, index) : undefined) },
      (request, index) => {
        if (request.path.endsWith("/cancel")) return described(origin, "canceled", undefined);
        const isNew = request.method === "POST";
        if (isNew) asked = request;
        const given = answer?.(request, index) ?? {};
        const isOfStream = behaviour.failure === "error first";
        if (Array.isArray(given) && isOfStream !== isNew) return given as Script;
        if (isNew) return described(origin, "starting", undefined);
        const reply = Array.isArray(given) ? {} : (given as Reply);
        const { prompt, max_tokens: maxTokens } = inputOf(asked);
        const said = generate(reply.text ?? asText(prompt), {
          maxTokens: typeof maxTokens === "number" ? maxTokens : undefined,
          stop: (heard(asked!).fields.stop as readonly string[] | undefined) ?? [],
          keepsOfStop: "nothing",
        });
        if (request.path.endsWith("/stream")) return streamed(said, reply.breaksAfterTokens);
        return described(origin, "succeeded", said);
      },
    );
    origin = double.url;
    const target = { kind: "replicate" } as const;
    return {
      upstream: provider({ url: double.url, model: "acme/tiny", prompt: { kind: "plain" }, target }),
      calls: () =>
        double.received.filter((request) =>
          request.method === "POST" ? behaviour.fault === undefined : answers(request),
        ),
      heard: () => heard(asked!),
      [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
    };
  },
});
