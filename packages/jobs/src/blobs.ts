/**
 * Where what is too large for the queue's file is kept, by names of letters, digits, `_` and `-`, and single dots between
 * them. Any other name throws `invalid_request`.
 */
export interface Blobs {
  /** Resolves when it is kept: whole, or not at all. The same name is written again only with the same bytes. */
  write(name: string, bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<void>;
  /** Throws `not_found` for one that is not there. */
  read(name: string): AsyncIterable<Uint8Array>;
  /** What is not there is forgotten already. */
  forget(names: readonly string[]): Promise<void>;
}
