/** Where a stretch of a document stands, as people look it up. */
export type Place =
  | { readonly kind: "page"; readonly page: number }
  | { readonly kind: "heading"; readonly heading: string }
  | { readonly kind: "whole" };

/** A stretch of a document that lies at one place. */
export interface Section {
  readonly place: Place;
  readonly text: string;
}

/** A file as somebody gave it; its kind is told by its bytes, and by its name where these are text. */
export interface DocumentFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The smallest stretch that calls are packed of: a few sentences, never cut unless one alone is too long. */
export interface Atom {
  readonly text: string;
  readonly tokens: number;
  readonly file: string;
  /** Atoms of one section share theirs. */
  readonly place: Place;
}

/** What reading may cost; what is larger is refused, never cut. */
export interface ReadingLimits {
  readonly maxPages: number;
  readonly maxTokens: number;
}

export const readingLimits: ReadingLimits = { maxPages: 2_000, maxTokens: 4_000_000 };
