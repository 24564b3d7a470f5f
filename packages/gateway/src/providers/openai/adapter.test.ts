import type { ProviderKind } from "@berth/api";
import { startLlamaCppDouble } from "@berth/testing/providers/llama-cpp-double";
import { startOpenAiDouble, type OpenAiDoubleOptions } from "@berth/testing/providers/openai-double";
import type { ProviderDouble } from "@berth/testing/providers/provider-double";
import { startVllmDouble } from "@berth/testing/providers/vllm-double";
import { provider } from "../../gateway-rig.ts";
import { describeProvider } from "../test/conformance.ts";
import { heardOpenAi, openAiFailures, openAiReply } from "../test/openai-terms.ts";
import type { Behaviour } from "../test/provider-under-test.ts";
import { doubleOptions, startedDouble } from "../test/started-double.ts";

type Start = (options: OpenAiDoubleOptions) => Promise<ProviderDouble>;

function speaksOpenAi(kind: ProviderKind, model: string, start: Start) {
  return {
    kind,
    passesThrough: true,
    start: async (behaviour: Behaviour) => {
      const told = doubleOptions(behaviour, openAiFailures, openAiReply);
      const double = await start(told);
      return startedDouble(double, provider({ url: double.url, model, target: { kind } }), heardOpenAi);
    },
  };
}

describeProvider("OpenAI", speaksOpenAi("openai", "gpt-tiny", startOpenAiDouble));

describeProvider("vLLM's chats", speaksOpenAi("openai-compatible", "acme/tiny", startVllmDouble));

describeProvider("llama.cpp's server", speaksOpenAi("openai-compatible", "tiny", startLlamaCppDouble));
