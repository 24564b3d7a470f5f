import type { ProviderModel, ProviderModelSpec, Task } from "@berth/api";
import type { FoundModelRow, ProviderRow } from "@berth/store";

/**
 * The models as they can be called: those the user named first, with what the server told of them where nobody said. What
 * the server calls one of these is not called past it: its price and its limits are the user's.
 */
export function providerModels({
  models,
  found,
  discover,
}: Pick<ProviderRow, "models" | "found" | "discover">): ProviderModel[] {
  const told = new Map((found ?? []).map((model) => [model.name, model]));
  const named = new Set(models.flatMap(({ name, upstreamName }) => [name, upstreamName]));
  return [
    ...models.map((spec) => fromSpec(spec, told.get(spec.upstreamName ?? spec.name))),
    ...(discover ? (found ?? []).filter(({ name }) => !named.has(name)).map(fromServer) : []),
  ];
}

function fromSpec(spec: ProviderModelSpec, told: FoundModelRow | undefined): ProviderModel {
  const upstreamName = spec.upstreamName ?? spec.name;
  return {
    name: spec.name,
    upstreamName,
    task: spec.task ?? told?.task ?? guessTask(upstreamName),
    contextTokens: spec.contextTokens ?? told?.contextTokens ?? null,
    maxOutputTokens: spec.maxOutputTokens ?? told?.maxOutputTokens ?? null,
    from: "set",
    price: spec.price ?? null,
    prompt: spec.prompt ?? null,
    defaults: spec.defaults ?? {},
  };
}

function fromServer(told: FoundModelRow): ProviderModel {
  return { ...fromSpec({ name: told.name }, told), from: "server" };
}

/** Servers seldom say what a model does; its name often does. */
export function guessTask(name: string): Task {
  if (/rerank|cross-encoder/i.test(name)) return "text-ranking";
  if (/embed|\b(?:bge|e5|gte|minilm)\b/i.test(name)) return "feature-extraction";
  if (/whisper|transcribe/i.test(name)) return "automatic-speech-recognition";
  if (/^(?:.*\/)?(?:tts|dall-e|gpt-image|sora|omni-moderation|text-moderation|imagen|veo)\b/i.test(name))
    return "unknown";
  return "text-generation";
}
