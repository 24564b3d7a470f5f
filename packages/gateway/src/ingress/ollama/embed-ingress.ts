import type { Clock } from "@berth/std/clock";
import type { EmbeddingList } from "../../openai/shapes.ts";
import { invalid, said, Fields } from "../fields.ts";
import type { Ingress, IngressRenderer } from "../ingress.ts";
import { ollamaError } from "./ollama-error.ts";
import { nanoseconds } from "./ollama-renderer.ts";

/** Ollama's `POST /api/embed`. */
export const ollamaEmbed: Ingress = {
  read(body, { clock }) {
    const fields = new Fields(body, "");
    const input = fields.any("input");
    if (typeof input !== "string" && !Array.isArray(input))
      throw invalid("input", "must be a text or a list of texts");
    const texts = typeof input === "string" ? [input] : fields.optionalTexts("input");
    const dimensions = fields.optionalCount("dimensions");
    // a text that is too long is refused where the model is, and never cut unseen
    fields.optionalBoolean("truncate");
    const { model, request } = readEmbedding(fields, { input: texts, dimensions });
    return { operation: "embeddings", request, model, stream: false, renderer: embeddings(model, clock) };
  },
  error: ollamaError,
};

/** Its older `POST /api/embeddings`, of one text. */
export const ollamaEmbeddings: Ingress = {
  read(body) {
    const fields = new Fields(body, "");
    const { model, request } = readEmbedding(fields, { input: fields.text("prompt") });
    const renderer = wholeOnly((list) => ({ embedding: vectorsOf(list)[0] ?? [] }));
    return { operation: "embeddings", request, model, stream: false, renderer };
  },
  error: ollamaError,
};

function readEmbedding(
  fields: Fields,
  asked: object,
): { readonly model: string | undefined; readonly request: Readonly<Record<string, unknown>> } {
  const model = fields.optionalText("model");
  // how the model is loaded, and for how long: here that is the service's own
  fields.without("options", "keep_alive");
  fields.done();
  return { model, request: said({ model, ...asked, encoding_format: "float" }) };
}

function embeddings(model: string | undefined, clock: Clock): IngressRenderer {
  const beganMs = clock.monotonic();
  return wholeOnly((list) => ({
    model: model ?? list.model,
    embeddings: vectorsOf(list),
    total_duration: nanoseconds(clock.monotonic() - beganMs),
    load_duration: 0,
    prompt_eval_count: list.usage?.prompt_tokens ?? 0,
  }));
}

/** Embeddings are never streamed. */
function wholeOnly(whole: (list: EmbeddingList) => object): IngressRenderer {
  return {
    whole: (answer) => whole(answer as EmbeddingList),
    contentType: "application/json; charset=utf-8",
    chunk: () => "",
    restart: () => {},
    end: () => "",
    failed: (error) => `${JSON.stringify(ollamaError(error).body)}\n`,
    ping: () => "",
  };
}

function vectorsOf({ data }: EmbeddingList): readonly (readonly number[])[] {
  return data
    .toSorted((one, other) => one.index - other.index)
    .map(({ embedding }) => (typeof embedding === "string" ? floatsIn(embedding) : embedding));
}

/** Some servers pack them unasked. */
function floatsIn(base64: string): number[] {
  const bytes = Buffer.from(base64, "base64");
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(4 * at));
}
