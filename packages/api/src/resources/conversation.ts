import { z } from "../schema.ts";

const chatMessageSchema = z.object({
  id: z.string(),
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string(),
  /** What a reasoning model thought before it answered. */
  reasoning: z.string().optional(),
  /** What an answer asked to be called, its arguments as the model wrote them. */
  toolCalls: z.array(z.object({ id: z.string(), name: z.string(), arguments: z.string() })).optional(),
  /** Which call a message of role `tool` is the result of. */
  toolCallId: z.string().optional(),
  model: z.string().optional(),
  createdAt: z.number().int(),
  /** How the answer came: measured by the browser. */
  firstTokenMs: z.number().optional(),
  tokensPerSecond: z.number().optional(),
  promptTokens: z.number().int().optional(),
  completionTokens: z.number().int().optional(),
  /** What the reply itself said that it cost. */
  costUsd: z.number().optional(),
  finishReason: z.string().optional(),
  error: z.string().optional(),
});
export type ChatMessage = z.infer<typeof chatMessageSchema>;

/** A saved chat of the console. */
export const conversationSchema = z.object({
  id: z.string(),
  title: z.string(),
  model: z.string().nullable(),
  systemPrompt: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  messages: z.array(chatMessageSchema),
  createdAt: z.number().int(),
  updatedAt: z.number().int(),
});
export type Conversation = z.infer<typeof conversationSchema>;
export const conversationSummarySchema = conversationSchema.omit({
  messages: true,
  parameters: true,
  systemPrompt: true,
});
export const saveConversationSchema = conversationSchema.omit({ id: true, createdAt: true, updatedAt: true });
