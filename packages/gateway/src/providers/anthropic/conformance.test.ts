import { startAnthropicDouble, type AnthropicReply } from "@berth/testing/providers/anthropic-double";
import { json, type Script } from "@berth/testing/fake-model-server-script";
import {
  asText,
  fields,
  list,
  type Fields,
  type ProviderRequest,
} from "@berth/testing/providers/provider-double";
import { provider } from "../../gateway-rig.ts";
import { describeProvider } from "../test/conformance.ts";
import {
  credential,
  retryAfterSeconds,
  type Behaviour,
  type Failure,
  type Heard,
} from "../test/provider-under-test.ts";
import { doubleOptions, startedDouble } from "../test/started-double.ts";

function failed(status: number, type: string, message: string, headers: Record<string, string> = {}): Script {
  return json({ type: "error", error: { type, message } }, status, headers);
}

const failures: Readonly<Record<Failure, Script>> = {
  busy: failed(429, "rate_limit_error", "slow down", { "retry-after": String(retryAfterSeconds) }),
  broken: failed(500, "api_error", "Internal server error"),
  credential: failed(401, "authentication_error", `invalid x-api-key: ${credential}`),
  "error first": [
    { do: "head", status: 200, headers: { "content-type": "text/event-stream; charset=utf-8" } },
    {
      do: "write",
      bytes: `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
    },
    { do: "end" },
  ],
};

function reply({ cachedTokens, filtered, ...said }: NonNullable<Behaviour["reply"]>): AnthropicReply {
  return {
    ...said,
    ...(cachedTokens === undefined ? {} : { cached: { created: 0, read: cachedTokens } }),
    ...(filtered === true ? { stopReason: "refusal" } : {}),
  };
}

/** A Messages request in OpenAI's terms. */
function heard({ json: body }: ProviderRequest): Heard {
  const asked = fields(body) ?? {};
  const blocks = [
    ...blocksOf(asked.system),
    ...(list(asked.messages) ?? []).flatMap((turn) => blocksOf(fields(turn)?.content)),
  ];
  const choice = fields(asked.tool_choice);
  return {
    conversation: blocks.map(textOf).join("\n"),
    fields: {
      ...asked,
      stop: asked.stop_sequences,
      tools: list(asked.tools)?.map((tool) => fields(tool)?.name),
      tool_choice: choiceOf(choice),
      parallel_tool_calls: choice?.disable_parallel_tool_use !== true,
      response_format: fields(fields(asked.output_config)?.format)?.schema,
    },
    images: blocks.flatMap(({ source }) => asText(fields(source)?.data)).filter((data) => data !== ""),
    calls: blocks
      .filter(({ type }) => type === "tool_use")
      .map(({ name, input }) => ({ name: asText(name), arguments: input })),
  };
}

function choiceOf(choice: Fields | undefined): unknown {
  switch (choice?.type) {
    case "any":
      return "required";
    case "tool":
      return { type: "function", function: { name: choice.name } };
    default:
      return choice?.type;
  }
}

function blocksOf(content: unknown): Fields[] {
  return (list(content) ?? []).map((block) => fields(block) ?? {});
}

function textOf(block: Fields): string {
  return block.type === "tool_result" ? blocksOf(block.content).map(textOf).join("") : asText(block.text);
}

/** The start of the message, that of its first block, and a ping. */
const eventsBeforeWords = 3;

function amongWords(behaviour: Behaviour): Behaviour {
  const { fault } = behaviour;
  if (fault === undefined || !("after" in fault) || fault.after === "nothing") return behaviour;
  return { ...behaviour, fault: { ...fault, after: fault.after + eventsBeforeWords } };
}

describeProvider("Anthropic", {
  kind: "anthropic",
  passesThrough: false,
  start: async (behaviour: Behaviour) => {
    const double = await startAnthropicDouble(doubleOptions(amongWords(behaviour), failures, reply));
    const upstream = provider({
      model: "claude-tiny",
      // nothing is thought unless that is asked for
      defaults: behaviour.reply?.reasoning === undefined ? {} : { reasoning_effort: "low" },
      target: {
        kind: "anthropic",
        url: double.url,
        auth: { kind: "header", name: "x-api-key", value: credential },
      },
    });
    return startedDouble(double, upstream, heard);
  },
});
