import { BerthError, type EngineOptions } from "@berth/api";
import type { LlamaCppConfig } from "./config.ts";

/** Options after `--` that mean the same as Berth's own, and a few that only this engine has. */
export interface ExtraOptions {
  readonly options: EngineOptions;
  readonly tuning: Pick<LlamaCppConfig, "batchTokens" | "flashAttention" | "cacheType">;
}

interface Draft {
  options: EngineOptions;
  tuning: ExtraOptions["tuning"];
}

interface Word {
  readonly names: readonly string[];
  /** Values it takes, as shown to the user. */
  readonly values: readonly string[];
  readonly apply: (draft: Draft, values: readonly string[], name: string) => void;
}

const words: readonly Word[] = [
  {
    names: ["--ctx-size", "-c"],
    values: ["TOKENS"],
    apply: (draft, [value], name) => (draft.options.maxTotalTokens = integer(name, value, 1)),
  },
  {
    names: ["--parallel", "-np"],
    values: ["N"],
    apply: (draft, [value], name) => (draft.options.parallel = integer(name, value, 1, 256)),
  },
  {
    names: ["--threads", "-t"],
    values: ["N"],
    apply: (draft, [value], name) => (draft.options.threads = integer(name, value, 1, 1024)),
  },
  {
    names: ["--gpu-layers", "-ngl"],
    values: ["auto|N"],
    apply: (draft, [value], name) =>
      (draft.options.gpuLayers = value === "auto" ? value : integer(name, value, 0)),
  },
  {
    names: ["--lora"],
    values: ["FILE"],
    apply: (draft, [path = ""]) => addLora(draft, path, 1),
  },
  {
    names: ["--lora-scaled"],
    values: ["FILE", "SCALE"],
    apply: (draft, [path = "", scale], name) => addLora(draft, path, decimal(name, scale)),
  },
  {
    names: ["--batch-size", "-b"],
    values: ["TOKENS"],
    apply: (draft, [value], name) => {
      draft.tuning = { ...draft.tuning, batchTokens: integer(name, value, 32, 8192) };
    },
  },
  {
    names: ["--flash-attn", "-fa"],
    values: ["on|off|auto"],
    apply: (draft, [value], name) => {
      draft.tuning = { ...draft.tuning, flashAttention: oneOf(name, value, ["on", "off", "auto"]) };
    },
  },
  {
    names: ["--cache-type"],
    values: ["f16|q8_0"],
    apply: (draft, [value], name) => {
      draft.tuning = { ...draft.tuning, cacheType: oneOf(name, value, ["f16", "q8_0"]) };
    },
  },
];

/** What may stand after `--`, one line each, for help texts and refusals. */
export const extraWords: readonly string[] = words.map(
  ({ names, values }) => `${names.join(", ")} ${values.join(" ")}`,
);

/**
 * Reads what came after `--` (`--ctx-size 8192`, or `--ctx-size=8192`) on top of `options`. Throws BerthError
 * `invalid_request` that names a word it does not know, or a value that is missing or wrong.
 */
export function readExtraWords(options: EngineOptions): ExtraOptions {
  const { extra = [], ...rest } = options;
  const draft: Draft = {
    options: rest,
    tuning: { batchTokens: 512, flashAttention: "auto", cacheType: "f16" },
  };
  const queue = extra.flatMap(splitAtEquals);
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const word = words.find(({ names }) => names.includes(name ?? ""));
    if (word === undefined)
      throw refusal(`llama-cpp has no option "${name}"; after -- it knows: ${extraWords.join("; ")}`);
    const values = queue.splice(0, word.values.length);
    if (values.length < word.values.length) throw refusal(`${name} needs ${word.values.join(" ")}`);
    word.apply(draft, values, name);
  }
  return draft;
}

function splitAtEquals(word: string): string[] {
  const at = word.startsWith("--") ? word.indexOf("=") : -1;
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function addLora(draft: Draft, path: string, scale: number): void {
  draft.options.lora = [...(draft.options.lora ?? []), { path, scale }];
}

function integer(name: string, value: string | undefined, min: number, max = 2 ** 31): number {
  const number = Number(value);
  if (!Number.isInteger(number) || value?.trim() === "" || number < min || number > max)
    throw refusal(`${name} needs a whole number from ${min} to ${max}, not "${value}"`);
  return number;
}

function decimal(name: string, value: string | undefined): number {
  const number = Number(value);
  if (!Number.isFinite(number) || value?.trim() === "")
    throw refusal(`${name} needs a number, not "${value}"`);
  return number;
}

function oneOf<const Choice extends string>(
  name: string,
  value: string | undefined,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw refusal(`${name} needs ${choices.join(", ")}, not "${value}"`);
  return found;
}

function refusal(message: string): BerthError {
  return new BerthError("invalid_request", message, { param: "options.extra" });
}
