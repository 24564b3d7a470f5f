import type { ProviderTarget } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { type Ask, ask as askServer } from "./ask.ts";
import { Conversation } from "./conversation.ts";
import { inspect, type Inspection } from "./inspect.ts";
import { listGradio } from "./list-gradio.ts";
import { listAnthropic, listGemini, listTgi } from "./list-native.ts";
import { listOllama, type ShownModels } from "./list-ollama.ts";
import { listOpenAi } from "./list-openai.ts";
import { type FoundModel, type Look, LookFailure, TooBusy } from "./look.ts";
import { reachAzure, reachReplicate, reachSageMaker } from "./reach.ts";

/** Asks inference servers how they are and what they have. */
export interface ProviderDiscovery {
  /** Rejects only with the signal's reason. */
  look(target: ProviderTarget, signal: AbortSignal): Promise<Look>;
  /** As `look`, one step after the other, with words for each. */
  inspect(target: ProviderTarget, signal: AbortSignal): Promise<Inspection>;
}

export interface DiscoveryOptions {
  readonly clock: Pick<Clock, "monotonic" | "sleep">;
  readonly ask?: Ask;
}

export function createDiscovery({ clock, ask = askServer }: DiscoveryOptions): ProviderDiscovery {
  const shown: ShownModels = new Map();
  const look = async (target: ProviderTarget, signal: AbortSignal): Promise<Look> => {
    const begun = clock.monotonic();
    const answered = (models: readonly FoundModel[] | undefined, complaint?: string): Look => ({
      kind: "answered",
      ms: clock.monotonic() - begun,
      models,
      complaint,
    });
    try {
      return answered(callable(await modelsOf(new Conversation(target, ask, signal), shown)));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TooBusy) return answered(undefined, error.message);
      if (error instanceof LookFailure) return { kind: "failed", step: error.step, reason: error.message };
      throw error;
    }
  };
  return { look, inspect: (target, signal) => inspect(target, { clock, ask, look }, signal) };
}

async function modelsOf(talk: Conversation, shown: ShownModels): Promise<FoundModel[] | undefined> {
  switch (talk.target.kind) {
    case "openai":
    case "openai-compatible":
    case "vllm-completions":
      return listOpenAi(talk);
    case "tgi":
      return listTgi(talk);
    case "ollama":
      return listOllama(talk, shown);
    case "gradio":
      return listGradio(talk);
    case "anthropic":
      return listAnthropic(talk);
    case "gemini":
      return listGemini(talk);
    case "azure-openai":
      return reachAzure(talk);
    case "replicate":
      return reachReplicate(talk);
    case "sagemaker":
      return reachSageMaker(talk);
  }
}

const maxModels = 10_000;

/** Each name once, and none that nobody could say. */
function callable(models: readonly FoundModel[] | undefined): FoundModel[] | undefined {
  if (models === undefined) return undefined;
  // oxlint-disable-next-line no-control-regex
  const sayable = models.filter(({ name }) => /^[^\u0000-\u0020\u007f]{1,256}$/.test(name));
  return [...new Map(sayable.map((model) => [model.name, model])).values()].slice(0, maxModels);
}
