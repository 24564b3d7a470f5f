import type { ProviderTarget } from "@berth/api";
import type { Ask } from "./ask.ts";
import { Conversation, isObject, jsonIn } from "./conversation.ts";
import { functionsOf, isGradio } from "./list-gradio.ts";
import { LookFailure } from "./look.ts";

/** What kind of server was found, and at which address it is to be given. */
export interface Recognised {
  readonly what: string;
  readonly kind: ProviderTarget["kind"];
  readonly url: string;
}

/** Asks a server what it is, by what only one kind answers. `undefined` when nothing is known. */
export async function recognise(
  target: ProviderTarget,
  ask: Ask,
  signal: AbortSignal,
): Promise<Recognised | undefined> {
  const talk = new Conversation(target, ask, signal);
  const base = target.url.replace(/\/v1$/, "");
  const asked = async (url: string): Promise<unknown> => {
    try {
      return jsonIn(await talk.send("GET", url));
    } catch (error) {
      if (error instanceof LookFailure) return undefined;
      throw error;
    }
  };
  // another Berth answers like Ollama, too
  const health = await asked(`${base}/healthz`);
  if (isObject(health) && health["status"] === "ok" && typeof health["version"] === "string")
    return { what: "an OpenAI-compatible server", kind: "openai-compatible", url: `${base}/v1` };
  const version = await asked(`${base}/api/version`);
  if (isObject(version) && typeof version["version"] === "string" && Object.keys(version).length === 1)
    return { what: "Ollama", kind: "ollama", url: base };
  const info = await asked(`${base}/info`);
  if (isObject(info) && typeof info["model_id"] === "string")
    return { what: "text-generation-inference", kind: "tgi", url: base };
  const config = await asked(`${base}/config`);
  if (isGradio(config)) {
    const isH2oGpt = functionsOf(config).includes("submit_nochat_api");
    return { what: isH2oGpt ? "h2oGPT (Gradio)" : "a Gradio app", kind: "gradio", url: base };
  }
  const models = await asked(`${base}/v1/models`);
  if (isObject(models) && Array.isArray(models["data"]))
    return { what: "an OpenAI-compatible server", kind: "openai-compatible", url: `${base}/v1` };
  return undefined;
}
