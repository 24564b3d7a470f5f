import type { ProviderKind, ProviderUpstream } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { OperationName } from "../operation.ts";
import type {
  ChatChunk,
  ChatCompletion,
  EmbeddingList,
  RerankList,
  TextCompletion,
} from "../openai/shapes.ts";
import type { Wire } from "./wire.ts";

/** What translators translate between; all in OpenAI's form. */
export type TranslatedOperation = "chat" | "completions" | "embeddings" | "rerank";

/** One call to one model. */
export interface UpstreamCall {
  readonly operation: TranslatedOperation;
  /** The request in OpenAI's form, a JSON object; the model's defaults are filled in. Its `model` is the caller's name. */
  readonly request: Readonly<Record<string, unknown>>;
  readonly stream: boolean;
  readonly requestId: string;
  readonly wire: Wire;
  readonly clock: Clock;
  /** For ids of answers and tool calls, where the provider gives none. */
  readonly newId: () => string;
}

/** One call to one model of a provider. */
export interface ProviderCall extends UpstreamCall {
  readonly upstream: ProviderUpstream;
}

/**
 * A provider's answer in OpenAI's form; `model` in it is the caller's name. A stream's first chunk has come before the
 * answer resolves, so that what goes wrong until then can be mended elsewhere; its last one tells the usage where the
 * provider does. Chunks are yielded as they come.
 */
export type ProviderAnswer =
  | { readonly kind: "whole"; readonly body: ChatCompletion | TextCompletion | EmbeddingList | RerankList }
  | { readonly kind: "stream"; readonly chunks: AsyncIterable<ChatChunk | TextCompletion> };

/** How a call is made. */
export type ProviderPlan =
  /** It speaks the caller's own protocol: bytes pass through both ways, but for the model's name. */
  | {
      readonly kind: "passthrough";
      /** Appended to the provider's URL, with its query. */
      readonly path: string;
      /** It stands beside the URL's `/v1`, not under it. */
      readonly besideV1?: true;
      readonly headers: readonly string[];
      /** Whether `model` in the body has to be the upstream's own name; false where the path tells it. */
      readonly namesModel: boolean;
      /** Whether `stream_options.include_usage` can be asked for. */
      readonly countsStreams: boolean;
      /** It takes `max_completion_tokens`, which some of its models want instead of `max_tokens`. */
      readonly limitsCompletions?: boolean;
    }
  | {
      readonly kind: "translate";
      readonly operation: TranslatedOperation;
      /**
       * Throws ProviderFailure when the provider does not answer, BerthError `unsupported` or `invalid_request`, naming
       * the field, when the request cannot be said in its words.
       */
      readonly call: (call: ProviderCall) => Promise<ProviderAnswer>;
    };

/**
 * How one kind of inference server is spoken to. Holds no state between calls, and knows nothing of choosing, limits and
 * accounting. Adding a kind is one folder and one line in `adapters.ts`.
 */
export interface ProviderAdapter {
  readonly kind: ProviderKind;
  /** `undefined` where it has nothing like the operation. `path`: what the caller has asked, of which there may be several. */
  plan(operation: OperationName, upstream: ProviderUpstream, path: string): ProviderPlan | undefined;
}
