import { openAiDialect, type Dialect } from "../dialect.ts";
import type { Ingress, IngressRenderer } from "./ingress.ts";

/** Tells of errors, and of waiting, as the caller's system does; of what happens in a stream as its renderer does. */
export function ingressDialect(error: Ingress["error"], renderer?: IngressRenderer): Dialect {
  if (renderer === undefined) return { ...openAiDialect, error };
  const { contentType } = renderer;
  // of a provider's own bytes half an event may have gone out
  const endOfHalf = contentType === openAiDialect.contentType ? "\n\n" : "";
  return {
    error,
    contentType,
    failed: (cause) => endOfHalf + renderer.failed(cause),
    waiting: () => renderer.ping(),
  };
}
