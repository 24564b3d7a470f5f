import { event, eventStreamHead, json, type Script } from "@berth/testing/fake-model-server-script";
import type { OpenAiReply } from "@berth/testing/providers/openai-double-wire";
import {
  asText,
  fields,
  list,
  type Fields,
  type ProviderRequest,
} from "@berth/testing/providers/provider-double";
import {
  credential,
  retryAfterSeconds,
  type Behaviour,
  type Failure,
  type Heard,
} from "./provider-under-test.ts";

/** How servers that speak OpenAI tell of what goes wrong. */
export const openAiFailures: Readonly<Record<Failure, Script>> = {
  busy: json({ error: { message: "too much to do", code: "rate_limit_exceeded" } }, 429, {
    "retry-after": String(retryAfterSeconds),
  }),
  broken: json({ error: { message: "oops", type: "server_error" } }, 500),
  credential: json({ error: { message: `Incorrect API key provided: ${credential}` } }, 401),
  "error first": [
    eventStreamHead,
    { do: "write", bytes: event({ error: { message: "out of memory", type: "server_error" } }) },
    { do: "end" },
  ],
};

export function openAiReply({ filtered, ...reply }: NonNullable<Behaviour["reply"]>): OpenAiReply {
  return filtered === true ? { ...reply, finishReason: "content_filter" } : reply;
}

/** A request in OpenAI's own words. */
export function heardOpenAi({ json: body }: ProviderRequest): Heard {
  const asked = fields(body) ?? {};
  const messages = (list(asked.messages) ?? []).map((message) => fields(message) ?? {});
  const parts = messages.flatMap(({ content }) => (list(content) ?? []).map((part) => fields(part) ?? {}));
  const format = fields(fields(asked.response_format)?.json_schema);
  const tools = list(asked.tools)?.map((tool) => fields(fields(tool)?.function)?.name);
  return {
    conversation: messages.length === 0 ? asText(asked.prompt) : messages.map(textOf).join("\n"),
    fields: {
      ...asked,
      // one limit by its two names
      max_tokens: asked.max_tokens ?? asked.max_completion_tokens,
      ...(tools === undefined ? {} : { tools }),
      ...(format === undefined ? {} : { response_format: format.schema }),
    },
    images: parts.flatMap(({ image_url: image }) => asText(fields(image)?.url).split(";base64,").slice(1)),
    calls: messages
      .flatMap(({ tool_calls: calls }) => list(calls) ?? [])
      .map((call) => fields(fields(call)?.function) ?? {})
      .map((call) => ({ name: asText(call.name), arguments: JSON.parse(asText(call.arguments)) as unknown })),
  };
}

function textOf({ content }: Fields): string {
  if (typeof content === "string") return content;
  return (list(content) ?? []).map((part) => asText(fields(part)?.text)).join("");
}
