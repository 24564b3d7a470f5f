import { z } from "../schema.ts";

/** What `/v1` answers, as far as callers may rely on it. Engines add fields; they are passed on as they come. */

export const usageSchema = z.looseObject({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int().optional(),
  total_tokens: z.number().int(),
});

const finishReason = z.string().nullable();

const answeredToolCall = z.looseObject({
  id: z.string(),
  type: z.literal("function"),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const tokenLogprob = z.looseObject({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.number().int()).nullish(),
  top_logprobs: z.array(z.looseObject({ token: z.string(), logprob: z.number() })).optional(),
});

export const chatCompletionSchema = z.looseObject({
  id: z.string(),
  object: z.literal("chat.completion"),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.number().int(),
      message: z.looseObject({
        role: z.literal("assistant"),
        content: z.string().nullish(),
        tool_calls: z.array(answeredToolCall).nullish(),
      }),
      finish_reason: finishReason,
      logprobs: z.looseObject({ content: z.array(tokenLogprob).nullish() }).nullish(),
    }),
  ),
  usage: usageSchema.nullish(),
});

export const completionSchema = z.looseObject({
  id: z.string(),
  object: z.literal("text_completion"),
  created: z.number().int(),
  model: z.string(),
  choices: z.array(
    z.looseObject({
      index: z.number().int(),
      text: z.string(),
      finish_reason: finishReason,
      logprobs: z.looseObject({}).nullish(),
    }),
  ),
  usage: usageSchema.nullish(),
});

export const embeddingListSchema = z.looseObject({
  object: z.literal("list"),
  model: z.string(),
  data: z.array(
    z.looseObject({
      object: z.literal("embedding"),
      index: z.number().int(),
      /** Numbers, or with `encoding_format: "base64"` little-endian 32-bit floats. */
      embedding: z.union([z.array(z.number()), z.string()]),
    }),
  ),
  usage: usageSchema.nullish(),
});

export const rerankReplySchema = z.looseObject({
  model: z.string(),
  results: z.array(z.looseObject({ index: z.number().int(), relevance_score: z.number() })),
});

export const callableModelSchema = z.looseObject({
  id: z.string(),
  object: z.literal("model"),
  created: z.number().int(),
  owned_by: z.string(),
});

export const callableModelListSchema = z.looseObject({
  object: z.literal("list"),
  data: z.array(callableModelSchema),
});
