import { createStore } from "../state/store.ts";

/** How the page stands with the server's stream of changes. */
export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "lost"; readonly since: number };

export const connection = createStore<Connection>({ kind: "connecting" });

/** Polling stands in for the stream while there is none. */
export function pollWhileNotLive(intervalMs: number): () => number | false {
  return () => (connection.get().kind === "live" ? false : intervalMs);
}
