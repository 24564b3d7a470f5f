import type { Target } from "./request.ts";

/** Somebody who takes the bench's requests, started and warm. */
export interface Contestant {
  readonly name: string;
  /** Leads to the fixed answer. */
  readonly whole: Target;
  /** Leads to the upstream that streams. */
  readonly stream: Target;
  /** The processes whose cost is its own; none for the upstream itself. */
  processes(): Promise<readonly number[]>;
}

/** What contestants stand on. */
export interface Ground {
  /** For what they write; gone after the run. */
  readonly folder: string;
  /** Ports of the upstream with the fixed answer, and of the one that streams. */
  readonly wholePort: number;
  readonly streamPort: number;
  /** Ends what was started. */
  readonly cleanUp: AsyncDisposableStack;
}
