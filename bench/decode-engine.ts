/** The engine called directly, in a process of its own, as fast as it can be asked. Its parent tells it what to answer. */
import { readFile } from "node:fs/promises";
import { llamaCppConfigSchema, openLlama } from "@berth/engines/llama-cpp/serve";
import { biasTowards, type DecodeOrder, type DecodeResult } from "./decode-order.ts";

const [configPath] = process.argv.slice(2);
if (configPath === undefined || process.send === undefined)
  throw new Error("decode.ts starts this, with the engine's settings");
const tell = process.send.bind(process);
const host = await openLlama(
  llamaCppConfigSchema.parse(JSON.parse(await readFile(configPath, "utf8")) as unknown),
);

/** What the chat template makes of one question. */
function promptOf(question: string): ReturnType<typeof host.promptOf> {
  return host.promptOf(`<|im_start|>user\n${question}<|im_end|>\n<|im_start|>assistant\n`, "messages");
}

async function run({ questions, maxTokens, words }: DecodeOrder): Promise<DecodeResult> {
  const bias = biasTowards(words.flatMap((word) => host.tokenize(word, false)));
  const startedAtMs = performance.now();
  const results = await Promise.all(
    questions.map((question) =>
      host.generate(
        {
          prompt: promptOf(question),
          maxTokens,
          sampling: {
            ...host.facts.sampling,
            temperature: 0,
            frequencyPenalty: 0,
            presencePenalty: 0,
            seed: 1,
            bias,
          },
        },
        () => undefined,
        new AbortController().signal,
      ),
    ),
  );
  return {
    ms: performance.now() - startedAtMs,
    promptTokens: results.map(({ promptTokens }) => promptTokens),
    completionTokens: results.map(({ completionTokens }) => completionTokens),
    bias: Object.fromEntries(bias),
  };
}

process.on("message", (order: DecodeOrder) => {
  run(order).then(tell, (error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
tell("ready");
