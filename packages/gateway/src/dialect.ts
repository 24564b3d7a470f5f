import type { BerthError } from "@berth/api";
import { comment, errorEvent } from "./event-stream.ts";

/** How a caller is told of errors: in OpenAI's envelope, or as the system does whose API it calls. */
export interface Dialect {
  /** Instead of an answer. */
  error(error: BerthError): { readonly status: number; readonly body: unknown };
  /** Within a stream that has begun. */
  failed(error: BerthError): string;
  /** Of a stream. */
  readonly contentType: string;
  /** Within a stream of which nothing has come yet; may be empty. */
  waiting(reason: string): string;
}

export const openAiDialect: Dialect = {
  error: (error) => ({ status: error.status, body: error.toBody() }),
  failed: (error) => errorEvent(error.toBody()),
  contentType: "text/event-stream; charset=utf-8",
  waiting: comment,
};
