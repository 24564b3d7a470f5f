import type { BerthError } from "@berth/api";
import type { BodyFacts } from "./body-facts.ts";
import type { RequestBody } from "./http1/upstream-request.ts";
import type { IngressRequest } from "./ingress/ingress.ts";
import type { BodyForm, OperationName } from "./operation.ts";

/** What a caller asks of a model. */
export interface AskedRequest {
  readonly operation: OperationName;
  /** What a service of ours is asked, query included. */
  readonly path: string;
  readonly body: RequestBody;
  readonly form: BodyForm;
  readonly contentType: string | undefined;
  /** The client has asked for server-sent events. */
  readonly stream: boolean;
  /** Of those, the form that ends with `[DONE]`. */
  readonly endsWithDone: boolean;
  /** The client counts the tokens of its streams itself. */
  readonly wantsUsage: boolean;
  readonly facts: BodyFacts;
  /** It brings audio, which may be hours of it. */
  readonly isHeard: boolean;
  /** Another system's request, said in OpenAI's words. */
  readonly ingress: IngressRequest | undefined;
  /** Why it cannot be said in OpenAI's words, or is wrong: only a provider that speaks the caller's may have it. */
  readonly fault: BerthError | undefined;
  /** A provider that speaks the caller's words may have the caller's own bytes. */
  readonly passes: boolean;
  /** The request in OpenAI's form as an object. */
  readonly parsed: () => Readonly<Record<string, unknown>>;
}
