import { BerthError } from "@berth/api";
import type { LoadedPipeline, PipelineTokenizer } from "./loaded-pipeline.ts";

interface Filled {
  readonly score: number;
  readonly token: number;
  readonly token_str: string;
  readonly sequence: string;
}

/**
 * Fills the mask of each text with one of the targets, the likeliest first; of a target that is several tokens the first one
 * counts. The library's own pipeline weighs all words alike, and knows no targets.
 */
export async function fillTargets(
  { tokenizer, model }: LoadedPipeline,
  texts: string | readonly string[],
  targets: readonly string[],
  topK: unknown,
): Promise<readonly Filled[] | readonly (readonly Filled[])[]> {
  if (tokenizer === undefined || tokenizer === null) throw new TypeError("a mask is filled by a tokenizer");
  const tokens = new Set(targets.map((target) => firstToken(tokenizer, target)));
  const most = typeof topK === "number" ? topK : tokens.size;
  const encoded = tokenizer(typeof texts === "string" ? [texts] : texts, { padding: true, truncation: true });
  const ids = encoded.input_ids.tolist() as readonly (readonly (number | bigint)[])[];
  const logits = (await model(encoded)).logits.tolist() as readonly (readonly (readonly number[])[])[];
  const filled = ids.map((row, index) => {
    const at = row.findIndex((id) => Number(id) === tokenizer.mask_token_id);
    const scores = softmax(logits[index]?.[at] ?? []);
    if (at === -1)
      throw new BerthError("unprocessable", `args: there is no mask (${tokenizer.mask_token}) in a text`, {
        param: "args",
      });
    return [...tokens]
      .map((token) => ({
        score: scores[token] ?? 0,
        token,
        token_str: tokenizer.decode([token]),
        sequence: tokenizer.decode(row.with(at, token), { skip_special_tokens: true }),
      }))
      .toSorted((a, b) => b.score - a.score)
      .slice(0, most);
  });
  return typeof texts === "string" ? (filled[0] ?? []) : filled;
}

function firstToken(tokenizer: PipelineTokenizer, target: string): number {
  const [first] = tokenizer.encode(target, { add_special_tokens: false });
  if (first !== undefined) return first;
  throw new BerthError("invalid_request", `targets: the model has no token for "${target}"`, {
    param: "targets",
  });
}

function softmax(values: readonly number[]): readonly number[] {
  const most = values.reduce((highest, value) => Math.max(highest, value), Number.NEGATIVE_INFINITY);
  const powers = values.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}
