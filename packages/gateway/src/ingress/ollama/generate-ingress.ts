import { invalid, said, Fields } from "../fields.ts";
import type { Ingress } from "../ingress.ts";
import { ollamaError } from "./ollama-error.ts";
import { OllamaRenderer } from "./ollama-renderer.ts";
import { contentWith } from "./read-messages.ts";
import { readGeneration } from "./read-options.ts";

/** Ollama's `POST /api/generate`: a chat of one question, or with `raw` or `suffix` a text that is continued. */
export const ollamaGenerate: Ingress = {
  read(body, { newId, clock }) {
    const fields = new Fields(body, "");
    const model = fields.optionalText("model");
    const stream = fields.optionalBoolean("stream") ?? true;
    const prompt = fields.optionalText("prompt") ?? "";
    if (prompt === "") throw invalid("prompt", "is missing; models are loaded as services here");
    const isRaw = fields.optionalBoolean("raw") === true;
    const suffix = fields.optionalText("suffix") ?? "";
    const { request, showsThinking } = readGeneration(fields);
    // clients send what they have not set as empty
    if (fields.optionalText("template") === "") fields.without("template");
    else if (fields.any("template") !== undefined)
      fields.refuse("template", "cannot be changed: the model has its own");
    if ((fields.optionalList("context") ?? []).length > 0)
      fields.refuse("context", "cannot be read: send the conversation to /api/chat");
    const operation = isRaw || suffix !== "" ? "completions" : "chat";
    const asked =
      operation === "chat"
        ? { messages: readPrompt(fields, prompt) }
        : { ...readContinued(fields), prompt, ...(suffix === "" ? {} : { suffix }) };
    fields.done();
    const renderer = new OllamaRenderer({ model, form: "generate", showsThinking, newId, clock });
    return { operation, request: said({ model, ...request, ...asked }), model, stream, renderer };
  },
  error: ollamaError,
};

/** A text that is continued as it is has nobody who tells, thinks or looks; and its logprobs have another form. */
function readContinued(fields: Fields): { readonly reasoning_effort: undefined } {
  const why = "has no meaning for a text that is continued as it is: leave out raw and suffix";
  if ((fields.optionalText("system") ?? "") !== "") fields.refuse("system", why);
  if ((fields.optionalTexts("images") ?? []).length > 0) fields.refuse("images", why);
  if ((fields.any("think") ?? false) !== false) fields.refuse("think", why);
  if (fields.optionalBoolean("logprobs") === true) fields.refuse("logprobs", why);
  return { reasoning_effort: undefined };
}

function readPrompt(fields: Fields, prompt: string): readonly object[] {
  const system = fields.optionalText("system") ?? "";
  const user = { role: "user", content: contentWith(fields, prompt) };
  return system === "" ? [user] : [{ role: "system", content: system }, user];
}
