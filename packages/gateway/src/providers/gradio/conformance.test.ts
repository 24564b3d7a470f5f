import { eventStreamHead, json, type Script } from "@berth/testing/fake-model-server-script";
import {
  parsePythonLiteral,
  pythonRepr,
  type PythonValue,
} from "@berth/testing/providers/gradio-python-literal";
import {
  asText,
  fields,
  type Fields,
  list,
  type ProviderRequest,
  startProviderDouble,
} from "@berth/testing/providers/provider-double";
import { generate, type Reply } from "@berth/testing/providers/reply";
import { provider } from "../../gateway-rig.ts";
import { describeProvider } from "../test/conformance.ts";
import { type Failure, type Heard, retryAfterSeconds } from "../test/provider-under-test.ts";
import { doubleOptions } from "../test/started-double.ts";

const config = json({
  version: "4.44.1",
  protocol: "sse_v3",
  enable_queue: true,
  components: ["state", "textbox", "textbox"].map((type, id) => ({ id, type, props: { label: "" } })),
  dependencies: [
    {
      id: 0,
      api_name: "submit_nochat_api",
      queue: true,
      inputs: [0, 0, 0, 0, 0, 1],
      outputs: [2],
      types: { generator: true },
    },
  ],
});

const failures: Readonly<Record<Failure, Script>> = {
  busy: json({ detail: "Queue is full." }, 503, { "retry-after": String(retryAfterSeconds) }),
  broken: json({ detail: "Internal Server Error" }, 500),
  credential: json({ detail: "Not authenticated: upstream-secret" }, 401),
  "error first": stream([completed({ error: "'out of memory'" }, false)]),
};

function completed(output: object, success = true): object {
  return { msg: "process_completed", event_id: "e1", output, success };
}

function stream(messages: readonly object[]): Script {
  const events = messages.map(
    (message) => ({ do: "write", bytes: `data: ${JSON.stringify(message)}\n\n` }) as const,
  );
  return [eventStreamHead, ...events, { do: "end" }];
}

/** What the one request for the model holds, which is a Python dictionary. */
function askedOf(request: ProviderRequest | undefined): Fields {
  return fields(parsePythonLiteral(asText(list(fields(request?.json)?.data)?.at(-1)))) ?? {};
}

/** The text so far each time, and at last all that there is to say. */
function answered(asked: Fields, { text, breaksAfterTokens }: Reply): Script {
  const { max_new_tokens: maxTokens, instruction } = asked;
  const most = typeof maxTokens === "number" ? maxTokens : undefined;
  const said = generate(text ?? asText(instruction), { maxTokens: most, stop: [], keepsOfStop: "nothing" });
  const reply = (response: string, saved: PythonValue): string =>
    pythonRepr({ response, error: "", sources: [], save_dict: saved });
  const extra = { num_prompt_tokens: 5, ntokens: said.tokens.length };
  const whole = reply(said.text, { extra_dict: extra });
  const growing = said.tokens.slice(0, breaksAfterTokens).map((_, at) => {
    const now = reply(said.tokens.slice(0, at + 1).join(""), {});
    const data = at === 0 ? now : [["replace", [], now]];
    return {
      msg: "process_generating",
      event_id: "e1",
      output: { data: [data], is_generating: true },
      success: true,
    };
  });
  const isStreamed = asked.stream_output === true;
  const end =
    breaksAfterTokens === undefined
      ? completed({ data: [whole] })
      : completed({ error: "'CUDA out of memory'" }, false);
  return stream([...(isStreamed ? growing : []), end, { msg: "close_stream", event_id: null }]);
}

function heard(asked: Fields): Heard {
  const { system_prompt, chat_conversation, instruction, max_new_tokens, temperature, top_p, seed } = asked;
  const said = (list(chat_conversation) ?? []).flatMap((turn) => list(turn) ?? []);
  return {
    conversation: [system_prompt, ...said, instruction].map(asText).join("\n").trim(),
    fields: { max_tokens: max_new_tokens, temperature, top_p, seed },
    images: [],
    calls: [],
  };
}

describeProvider("h2oGPT over Gradio", {
  kind: "gradio",
  passesThrough: false,
  keeps: ["stop"],
  start: async (behaviour) => {
    const { answer, fault } = doubleOptions(behaviour, failures, (reply): Reply => reply);
    let asked: ProviderRequest | undefined;
    const isAnswer = ({ path }: ProviderRequest): boolean => path === "/queue/data";
    const double = await startProviderDouble(
      { fault: (request, index) => (isAnswer(request) ? fault?.(request, index) : undefined) },
      (request, index) => {
        const given = answer?.(request, index) ?? {};
        const isFirst = behaviour.failure === "error first";
        switch (request.path) {
          case "/config":
            return config;
          case "/queue/join":
            asked = request;
            return Array.isArray(given) && !isFirst ? (given as Script) : json({ event_id: "e1" });
          case "/queue/data":
            return Array.isArray(given) ? (given as Script) : answered(askedOf(asked), given as Reply);
          default:
            return json({ success: true });
        }
      },
    );
    const target = { kind: "gradio", url: double.url } as const;
    return {
      upstream: provider({ target }),
      calls: () =>
        double.received.filter((request) =>
          fault === undefined ? request.path === "/queue/join" : isAnswer(request),
        ),
      heard: () => heard(askedOf(asked)),
      [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
    };
  },
});
