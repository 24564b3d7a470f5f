import type { Readable } from "node:stream";

/** A directory that the cluster is to have below the profile's home, named by what it holds: it never changes. */
export interface Pack {
  /** For people: "the runner". */
  readonly title: string;
  /** Below the home: `runtime/runner-0a1b...`. */
  readonly path: string;
  /** A gzipped tar of its content, whose last entry is a file `.complete`; made when needed. */
  open(signal: AbortSignal): Promise<{ readonly stream: Readable; readonly bytes: number }>;
  /** A program in it, and what is done about one that does not run there. */
  readonly trial?: { readonly words: readonly string[]; readonly advice: string };
}

/** The last entry of a pack: without it, it was cut off. */
export const packEnd = ".complete";
