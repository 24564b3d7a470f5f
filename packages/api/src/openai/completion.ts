import { samplingShape } from "./chat.ts";
import { z } from "../schema.ts";

export const completionRequestSchema = z.looseObject({
  model: z.string().nullish(),
  /** One text or several, or token ids. */
  prompt: z.union([
    z.string(),
    z.array(z.string()).min(1),
    z.array(z.number().int()).min(1),
    z.array(z.array(z.number().int()).min(1)).min(1),
  ]),
  ...samplingShape,
  logprobs: z.number().int().min(0).max(20).nullish(),
  echo: z.boolean().nullish(),
  suffix: z.string().nullish(),
  best_of: z.number().int().min(1).max(128).nullish(),
});
export type CompletionRequest = z.infer<typeof completionRequestSchema>;
