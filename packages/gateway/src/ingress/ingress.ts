import type { BerthError } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { TranslatedOperation } from "../providers/provider.ts";
import type {
  ChatChunk,
  ChatCompletion,
  EmbeddingList,
  RerankList,
  TextCompletion,
} from "../openai/shapes.ts";

/** A request of another system's, said in OpenAI's words. */
export interface IngressRequest {
  readonly operation: TranslatedOperation;
  /** A JSON object in OpenAI's form, without `stream`. */
  readonly request: Readonly<Record<string, unknown>>;
  /** What it names as its model; `undefined` when it names none. */
  readonly model: string | undefined;
  readonly stream: boolean;
  /** Writes the answer as the caller expects it. */
  readonly renderer: IngressRenderer;
}

export type WholeAnswer = ChatCompletion | TextCompletion | EmbeddingList | RerankList;

/** Writes one answer in another system's words. Used for one request, once. */
export interface IngressRenderer {
  /** The body of an answer that is no stream, to be sent as JSON. */
  whole(answer: WholeAnswer): unknown;
  /** Of a stream. */
  readonly contentType: string;
  /** What to write for a chunk; empty as long as nothing has come of the answer itself: it may come from elsewhere yet. */
  chunk(chunk: ChatChunk | TextCompletion): string;
  /** Forgets the chunks of an answer that failed before anything was written: another begins. */
  restart(): void;
  /** What ends the stream. */
  end(): string;
  /** What tells of an error after the stream has begun. */
  failed(error: BerthError): string;
  /** What keeps a waiting client awake, where the protocol has such a thing. */
  ping(): string;
}

export interface IngressContext {
  readonly requestId: string;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** One path of another system's API: how its requests are read, and how it tells of errors. */
export interface Ingress {
  /** Throws BerthError naming the field in the caller's own terms. `body` is a JSON object. */
  read(body: Readonly<Record<string, unknown>>, context: IngressContext): IngressRequest;
  /** The body, in that system's form, of an answer that is an error; its status is the error's own unless told. */
  readonly error: (error: BerthError) => { readonly status: number; readonly body: unknown };
}
