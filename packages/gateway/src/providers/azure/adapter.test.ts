import { startAzureDouble } from "@berth/testing/providers/azure-double";
import { provider } from "../../gateway-rig.ts";
import { describeProvider } from "../test/conformance.ts";
import { heardOpenAi, openAiFailures, openAiReply } from "../test/openai-terms.ts";
import { credential, type Behaviour } from "../test/provider-under-test.ts";
import { doubleOptions, startedDouble } from "../test/started-double.ts";

function azure(apiVersion: string | undefined) {
  return {
    kind: "azure-openai",
    passesThrough: true,
    start: async (behaviour: Behaviour) => {
      const told = doubleOptions(behaviour, openAiFailures, openAiReply);
      const double = await startAzureDouble(told);
      const upstream = provider({
        model: "chat",
        target: {
          kind: "azure-openai",
          url: double.url,
          auth: { kind: "header", name: "api-key", value: credential },
          options: apiVersion === undefined ? {} : { apiVersion },
        },
      });
      return startedDouble(double, upstream, heardOpenAi);
    },
  } as const;
}

describeProvider("Azure OpenAI, by deployment", azure("2024-10-21"));

describeProvider("Azure OpenAI, without a version", azure(undefined));
