import { embeddingRequestSchema, parseRequest } from "@berth/api/openai";
import type { EmbeddingList, Usage } from "../../openai/shapes.ts";
import { embeddingList, embeddingTexts } from "../embedding-list.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { requireTranslatable } from "../require-translatable.ts";

const provider = "Gemini";

/** So many texts can be sent at once. */
const maxBatch = 100;

interface Batch {
  readonly embeddings?: readonly { readonly values?: readonly number[] }[];
  readonly usageMetadata?: { readonly promptTokenCount?: number };
}

/**
 * Asks for embeddings by `send`, which posts a body of `:batchEmbedContents`, one after the other. `path`: of the model.
 * Older models do not tell what they have read.
 */
export async function embed(
  request: Readonly<Record<string, unknown>>,
  path: string,
  send: (body: unknown) => Promise<object>,
): Promise<EmbeddingList> {
  const asked = parseRequest(embeddingRequestSchema, request);
  requireTranslatable(asked, { translated: ["input", "dimensions", "encoding_format"], provider });
  const texts = embeddingTexts(asked, provider);
  const vectors: (readonly number[])[] = [];
  let read: number | undefined;
  for (let from = 0; from < texts.length; from += maxBatch) {
    const some = texts.slice(from, from + maxBatch);
    const batch = (await send(batchOf(some, path, asked.dimensions ?? undefined))) as Batch;
    const got = (batch.embeddings ?? []).flatMap(({ values }) => (values === undefined ? [] : [values]));
    if (got.length !== some.length)
      throw new ProviderFailure({
        kind: "failed",
        message: `${got.length} embeddings of ${some.length} came`,
      });
    vectors.push(...got);
    const tokens = batch.usageMetadata?.promptTokenCount;
    if (tokens !== undefined) read = (read ?? 0) + tokens;
  }
  return embeddingList(vectors, asked, usageOf(read));
}

function usageOf(read: number | undefined): Usage | undefined {
  return read === undefined ? undefined : { prompt_tokens: read, total_tokens: read };
}

function batchOf(texts: readonly string[], path: string, dimensions: number | undefined): unknown {
  return {
    requests: texts.map((text) => ({
      model: path,
      content: { parts: [{ text }] },
      ...(dimensions === undefined ? {} : { outputDimensionality: dimensions }),
    })),
  };
}
