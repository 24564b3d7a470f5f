import { berthCommand, type ServiceFacts } from "./berth-command.ts";
import type { Rule } from "./rule.ts";

/** Options that the engine does not know, or cannot satisfy. */
export const optionRules: readonly Rule[] = [
  {
    kind: "context_too_long",
    // vLLM: what fits into the key-value cache is told in brackets, or as an estimate
    pattern:
      /max seq len \((\d+)\).*(?:stored in (?:the )?KV cache \((\d+)\)|estimated maximum model length is (\d+))/i,
    tell: ({ service, match }) => {
      const asked = match?.[1] ?? "";
      const fits = Number(match?.[2] ?? match?.[3]);
      return {
        summary: `its context of ${asked} tokens does not fit into the GPU's memory beside the model; ${fits} tokens do`,
        advice: "ask for fewer tokens, or for a larger GPU or more of them",
        command: withTokens(service, fits),
      };
    },
  },
  {
    kind: "context_too_long",
    pattern: /max_model_len \((\d+)\) is greater than the derived max_model_len \([^=]*=(\d+)/,
    tell: ({ service, match }) => ({
      summary: `the model takes ${match?.[2] ?? "fewer"} tokens at most; ${match?.[1] ?? "more"} were asked for`,
      advice: "ask for no more than the model was made for",
      command: withTokens(service, Number(match?.[2])),
    }),
  },
  {
    kind: "context_too_long",
    pattern: /Not enough memory to handle (\d+) prefill tokens/,
    tell: ({ service, match }) => {
      const half = Math.floor(Number(match?.[1]) / 2);
      const options = { ...service.options, maxBatchPrefillTokens: half };
      return {
        summary: `${match?.[1] ?? "so many"} prompt tokens at once do not fit into the GPU's memory`,
        advice: "let it read fewer prompt tokens at once, or ask for a larger GPU",
        command: half > 0 ? berthCommand({ ...service, options }) : undefined,
      };
    },
  },
  {
    kind: "context_too_long",
    pattern: /No available memory for the cache blocks|Insufficient space for (?:the )?KV cache/i,
    tell: ({ service }) => ({
      summary: "the model fills the GPU; no memory is left for a single request",
      advice: "ask for a larger GPU or more of them, or serve a smaller or quantised model",
      command: withMoreGpus(service),
    }),
  },
  {
    kind: "bad_adapter",
    // llama.cpp says why, the library above it for which file
    pattern: /llama_adapter_lora_init: (.+)|Failed to initialize LoRA adapter "([^"]+)"/,
    tell: ({ match }) => ({
      summary: `a LoRA adapter cannot be used: ${match?.[1] ?? match?.[2] ?? "it cannot be read"}`,
      advice:
        "give a GGUF adapter made for this model, by its path where the service runs (LoRA adapters … in the service's menu)",
    }),
  },
  {
    kind: "bad_option",
    // Python's argparse; Rust's clap; many others
    pattern:
      /error: unrecognized arguments?: (-\S+)|error: unexpected argument '(-[^']+)' found|(?:unknown|invalid|unrecognized) (?:option|argument|flag):? ['"`]?(--?[A-Za-z][\w-]*)/,
    tell: ({ service, match }) => {
      const option = (match?.[1] ?? match?.[2] ?? match?.[3] ?? "").split("=")[0] ?? "";
      return {
        summary: `${service.engine} knows no option ${option}`,
        advice: `leave ${option} out, or use a version of ${service.engine} that has it`,
        command: withoutOption(service, option),
      };
    },
  },
];

function withTokens(service: ServiceFacts, tokens: number): string | undefined {
  if (!Number.isInteger(tokens) || tokens < 1) return undefined;
  const { maxInputTokens, extra } = service.options;
  const options = {
    ...service.options,
    maxTotalTokens: tokens,
    ...(maxInputTokens !== undefined && maxInputTokens >= tokens ? { maxInputTokens: tokens - 1 } : {}),
    ...(extra === undefined ? {} : { extra: cut(extra, "--max-model-len") }),
  };
  return berthCommand({ ...service, options });
}

/** Twice as many, where it is known how many there were. */
export function withMoreGpus(service: ServiceFacts): string | undefined {
  const [, kind = "", count] =
    /^((?:[A-Za-z_]+:)?(?:[A-Za-z][\w.-]*:)?)(\d+)$/.exec(service.resources?.gres ?? "") ?? [];
  if (count === undefined) return undefined;
  return berthCommand({
    ...service,
    resources: { ...service.resources, gres: `${kind}${Number(count) * 2}` },
  });
}

/** `undefined` where the option is none of the user's own: then no command of his mends it. */
function withoutOption(service: ServiceFacts, option: string): string | undefined {
  const extra = cut(service.options.extra ?? [], option);
  if (extra.length < (service.options.extra?.length ?? 0))
    return berthCommand({ ...service, options: { ...service.options, extra } });
  const argv = cut(service.command?.argv ?? [], option);
  if (service.command === null || argv.length === service.command.argv.length) return undefined;
  return berthCommand({ ...service, command: { ...service.command, argv } });
}

/** The words without the option and its value. */
function cut(words: readonly string[], option: string): string[] {
  const kept: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (word.split("=")[0] !== option) {
      kept.push(word);
      continue;
    }
    const next = words[index + 1];
    if (!word.includes("=") && next !== undefined && !next.startsWith("-")) index += 1;
  }
  return kept;
}
