import { z } from "../schema.ts";

/** llama.cpp's form; vLLM calls the text `prompt`, TGI `inputs`, and each reads over the others' names. */
export const tokenizeRequestSchema = z.looseObject({
  model: z.string().nullish(),
  content: z.string().max(4_194_304),
});
export type TokenizeRequest = z.infer<typeof tokenizeRequestSchema>;

/** vLLM adds `count`, as our own engines do; what else comes is the engine's. */
export const tokenizeReplySchema = z.looseObject({
  tokens: z.array(z.number().int()),
  count: z.number().int().optional(),
});
export type TokenizeReply = z.infer<typeof tokenizeReplySchema>;
