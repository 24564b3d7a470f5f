import { type Conversation, countIn, isObject, itemsOf, type Json, jsonIn } from "./conversation.ts";
import type { FoundModel } from "./look.ts";

/** Where vLLM and SGLang, Groq, Mistral, Together and OpenRouter, and a Berth write it. */
const contextFields = ["max_model_len", "context_window", "max_context_length", "context_length"];
const tasks = [
  "text-generation",
  "feature-extraction",
  "text-ranking",
  "automatic-speech-recognition",
] as const;

/** `GET /models`, as OpenAI and those who follow it have it. */
export async function listOpenAi(talk: Conversation): Promise<FoundModel[]> {
  const items = itemsOf(await talk.json("GET", "/models"), "data", "models");
  const slot = items.some(({ owned_by }) => owned_by === "llamacpp") ? await slotTokens(talk) : null;
  return items.flatMap((item) => {
    const name = item["id"] ?? item["name"];
    if (typeof name !== "string" || isOthers(item)) return [];
    return [
      {
        name,
        task: tasks.find((task) => task === item["task"]) ?? null,
        contextTokens: slot ?? countIn(item, ...contextFields) ?? countIn(item["meta"], "n_ctx_train"),
        maxOutputTokens: countIn(item, "max_completion_tokens", "max_output_tokens"),
      },
    ];
  });
}

/** What a Berth has from providers of its own: two that know each other would name each other's names without end. */
function isOthers({ task, status, owned_by: owner }: Json): boolean {
  return typeof task === "string" && typeof status === "string" && owner !== "berth";
}

/** llama.cpp tells what its model was trained for, and in `/props` what it was started with. */
async function slotTokens(talk: Conversation): Promise<number | null> {
  const root = talk.target.url.replace(/\/v1$/, "");
  const props = jsonIn(await talk.send("GET", `${root}/props`));
  return isObject(props) ? countIn(props["default_generation_settings"], "n_ctx") : null;
}
