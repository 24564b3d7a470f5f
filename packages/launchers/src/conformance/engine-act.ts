/** What an engine does, as the conformance cases want it. */
export type EngineAct =
  /** Prints lines ("line 1" and so on) and becomes ready. */
  | { readonly kind: "serve"; readonly lines: number }
  /** Becomes ready, has a child, and both ignore SIGTERM. */
  | { readonly kind: "stubborn" }
  /** Prints lines and exits. */
  | { readonly kind: "exit"; readonly lines: number; readonly exitCode: number }
  /** There is no such program. */
  | { readonly kind: "missing" };
