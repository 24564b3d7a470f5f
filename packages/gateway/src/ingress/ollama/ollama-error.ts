import type { BerthError } from "@berth/api";

/** An error as Ollama tells it. */
export function ollamaError(error: BerthError): {
  readonly status: number;
  readonly body: { readonly error: string };
} {
  return { status: error.status, body: { error: error.message } };
}
