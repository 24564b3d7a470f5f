import { Fields } from "../fields.ts";
import type { Ingress } from "../ingress.ts";
import { anthropicError } from "./anthropic-error.ts";
import { readMessages } from "./read-messages.ts";
import { MessageRenderer } from "./render-message.ts";

/** Anthropic's `POST /v1/messages`. */
export const anthropicMessages: Ingress = {
  read(body, { newId }) {
    const fields = new Fields(body, "");
    const model = fields.optionalText("model");
    const stream = fields.optionalBoolean("stream") ?? false;
    const { request, showsThinking, stops } = readMessages(fields);
    const renderer = new MessageRenderer({ model, stops, showsThinking, newId });
    return { operation: "chat", request: { model, ...request }, model, stream, renderer };
  },
  error: anthropicError,
};
