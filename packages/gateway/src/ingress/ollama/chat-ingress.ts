import { invalid, said, Fields } from "../fields.ts";
import type { Ingress } from "../ingress.ts";
import { ollamaError } from "./ollama-error.ts";
import { OllamaRenderer } from "./ollama-renderer.ts";
import { readMessages } from "./read-messages.ts";
import { readGeneration } from "./read-options.ts";

/** Ollama's `POST /api/chat`. */
export const ollamaChat: Ingress = {
  read(body, { newId, clock }) {
    const fields = new Fields(body, "");
    const model = fields.optionalText("model");
    const stream = fields.optionalBoolean("stream") ?? true;
    const messages = readMessages(fields);
    if (messages.length === 0)
      throw invalid("messages", "must hold at least one message; models are loaded as services here");
    const tools = fields.optionalList("tools");
    const { request, showsThinking } = readGeneration(fields);
    fields.done();
    const renderer = new OllamaRenderer({ model, form: "chat", showsThinking, newId, clock });
    const asked = said({ model, messages, tools: tools?.length === 0 ? undefined : tools, ...request });
    return { operation: "chat", request: asked, model, stream, renderer };
  },
  error: ollamaError,
};
