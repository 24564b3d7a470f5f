import { z } from "../schema.ts";

/** Forms hold numbers as text. */
const count = (max: number) => z.coerce.number<number | string>().int().min(1).max(max);

/** What to summarise. A form brings `file` once for each file; JSON brings `texts`. */
export const createSummarySchema = z
  .strictObject({
    model: z.string().min(1).max(512).describe("What is named in `model`, as in a chat"),
    file: z
      .array(z.file())
      .max(100)
      .optional()
      .describe("Text, Markdown, HTML, PDF or docx, in a multipart form; again for more"),
    texts: z
      .array(z.strictObject({ name: z.string().min(1).max(255), text: z.string() }))
      .max(100)
      .optional()
      .describe("The same as text, in JSON"),
    ask: z.string().min(1).max(8_000).optional().describe("A question to answer from the documents, instead"),
    instruction: z.string().min(1).max(8_000).optional().describe("What the summary should be like"),
    parallel: count(64).default(10).describe("Most calls at once"),
    maxOutputTokens: count(100_000).optional().describe("Longest answer of each call"),
    partTokens: count(10_000_000).optional().describe("Most tokens of text that one call reads"),
    contextTokens: count(100_000_000)
      .optional()
      .describe("The model's context, where the server does not know it"),
  })
  .refine(({ file = [], texts = [] }) => file.length + texts.length > 0, {
    message: "give at least one file or text",
    path: ["file"],
  })
  .refine(({ ask, instruction }) => ask === undefined || instruction === undefined, {
    message: "give a question or an instruction, not both",
    path: ["instruction"],
  });
export type CreateSummary = z.infer<typeof createSummarySchema>;

/** Where a text comes from: pages where the file has them, headings where it has these. */
export const summarySourceSchema = z.object({
  file: z.string(),
  firstPage: z.number().int().nullable(),
  lastPage: z.number().int().nullable(),
  headings: z.array(z.string()),
});
export type SummarySource = z.infer<typeof summarySourceSchema>;

/** What one call wrote about its part. */
export const summaryPartSchema = z.object({
  id: z.number().int(),
  /** 0: it read the documents; later ones read what the earlier wrote. */
  round: z.number().int(),
  text: z.string(),
  sources: z.array(summarySourceSchema),
});
export type SummaryPart = z.infer<typeof summaryPartSchema>;

/** What `POST /api/v1/summarize` pushes, one JSON object an SSE event, under the event's `type`. */
export const summaryEventSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("progress"),
    round: z.number().int(),
    partsDone: z.number().int(),
    /** Of this round. It grows when a part proves too long and is cut. */
    partsTotal: z.number().int(),
    /** Written so far, in all rounds. */
    outputTokens: z.number().int(),
    tokensPerSecond: z.number(),
    /** Null before it can be told. */
    remainingMs: z.number().int().nullable(),
  }),
  z.object({ type: z.literal("part"), part: summaryPartSchema }),
  /** The final text, piece by piece. */
  z.object({ type: z.literal("delta"), text: z.string() }),
  z.object({
    type: z.literal("done"),
    text: z.string(),
    model: z.string(),
    /** What read the documents, with what was written about each; empty when one call read all. */
    parts: z.array(summaryPartSchema),
    sources: z.array(summarySourceSchema),
    /** `length` when the text was cut off. */
    finishReason: z.string().nullable(),
    /** Whether the model's own tokenizer counted, or an estimate. */
    tokenCount: z.enum(["exact", "estimated"]),
    usage: z.object({
      calls: z.number().int(),
      promptTokens: z.number().int(),
      completionTokens: z.number().int(),
    }),
    durationMs: z.number().int(),
  }),
]);
export type SummaryEvent = z.infer<typeof summaryEventSchema>;
