import type { ProviderKind, ProviderUpstream } from "@berth/api";
import type { Fault } from "@berth/testing/providers/fault";
import type { Reply } from "@berth/testing/providers/reply";

/** What an inference server may be able to do, beside answering a chat, whole and streamed. */
export type Ability =
  | "completions"
  | "embeddings"
  | "rerank"
  | "audio"
  | Field
  /** Images in messages, as data URLs. */
  | "images"
  /** What the model thought before it answered. */
  | "reasoning"
  | "usage"
  | "usage of cached input"
  | "usage of reasoning"
  /** It tells when its filter has ended an answer. */
  | "content filter";

/** Fields of a chat request: taken, or refused by name. */
export type Field =
  | "max_tokens"
  | "temperature"
  | "top_p"
  | "stop"
  | "seed"
  | "frequency_penalty"
  | "presence_penalty"
  | "logit_bias"
  | "n"
  | "logprobs"
  | "tools"
  | "tool_choice"
  | "parallel_tool_calls"
  | "response_format";

/** What the server is to do. Without anything: say back what the user has said. */
export interface Behaviour {
  /** What the model says. Its `text` is also what the user says, for doubles that can only echo. */
  readonly reply?: Reply & { readonly cachedTokens?: number; readonly filtered?: true };
  /** On the way of each answer of the model. */
  readonly fault?: Fault;
  /** Instead of an answer, in the server's own form. */
  readonly failure?: Failure;
}

export type Failure =
  /** 429, and to be asked again after `retryAfterSeconds`. */
  | "busy"
  /** 500. */
  | "broken"
  /** 401, with the credential in the message. */
  | "credential"
  /** A stream whose first event is an error. */
  | "error first";

/** How long a server that is `busy` asks to be left alone. */
export const retryAfterSeconds = 7;

/** What the upstream's credential is, and what no caller may ever see. */
export const credential = "upstream-secret";

/** What a server was asked, in OpenAI's terms. */
export interface Heard {
  /** Everything said to the model, in order: the messages, or the prompt made of them. */
  readonly conversation: string;
  /** By OpenAI's names. `tools` are the names of the functions, `response_format` the schema alone. */
  readonly fields: Partial<Readonly<Record<Field, unknown>>>;
  /** In base64. */
  readonly images: readonly string[];
  /** Calls of tools that came back with the conversation, their arguments as an object. */
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[];
}

export interface StartedProvider extends AsyncDisposable {
  readonly upstream: ProviderUpstream;
  /** Requests that asked the model for something, in the order in which they came. */
  calls(): readonly { readonly aborted: Promise<number> }[];
  /** The last of them. */
  heard(): Heard;
}

export interface ProviderUnderTest {
  readonly kind: ProviderKind;
  start(behaviour: Behaviour): Promise<StartedProvider>;
  /** What the model says when the reply's text is this. Without it: the same. */
  readonly says?: (text: string) => string;
  /** Fields that we see to ourselves: the server is not told of them. */
  readonly keeps?: readonly Field[];
  /** Bytes pass through: errors keep the server's own status, and what it does not know is for itself to refuse. */
  readonly passesThrough: boolean;
}
