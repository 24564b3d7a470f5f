import type { Script } from "../fake-model-server-script.ts";
import { speech, transcription } from "./openai-double-audio.ts";
import { chat } from "./openai-double-chat.ts";
import { completions } from "./openai-double-completions.ts";
import { embeddings } from "./openai-double-embeddings.ts";
import { responses } from "./openai-double-responses.ts";
import type { OpenAiOptions, OpenAiWire } from "./openai-double-wire.ts";
import type { ProviderRequest } from "./provider-double.ts";

/** The answer to a POST of one of OpenAI's operations, told by the end of its path; undefined for any other. */
export function operation(
  wire: OpenAiWire,
  options: OpenAiOptions,
  name: string,
  request: ProviderRequest,
  index: number,
): Script | Promise<Script> | undefined {
  if (request.method !== "POST") return undefined;
  switch (name) {
    case "chat/completions":
      return chat(wire, options, request, index);
    case "completions":
      return completions(wire, options, request, index);
    case "embeddings":
      return embeddings(wire, request.json);
    case "responses":
      return responses(wire, options, request, index);
    case "audio/transcriptions":
      return transcription(wire, request);
    case "audio/speech":
      return speech(wire, request.json);
    default:
      return undefined;
  }
}
