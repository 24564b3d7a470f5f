import { createHash } from "node:crypto";
import type { TokenCounts } from "./ports.ts";

/** An answer as it can be given again. */
export interface CachedAnswer {
  readonly contentType: string;
  readonly bytes: Buffer;
  readonly tokens: TokenCounts | undefined;
}

interface Entry {
  readonly answer: CachedAnswer;
  readonly untilMs: number;
}

const maxBytes = 64 * 1024 * 1024;

/** Answers by request, each for as long as its route says; those used last are kept when memory is short. */
export class AnswerCache {
  readonly #entries = new Map<string, Entry>();
  #bytes = 0;

  get(key: string, nowMs: number): CachedAnswer | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#remove(key, entry);
    if (entry.untilMs <= nowMs) return undefined;
    this.#add(key, entry);
    return entry.answer;
  }

  put(key: string, answer: CachedAnswer, untilMs: number): void {
    const before = this.#entries.get(key);
    if (before !== undefined) this.#remove(key, before);
    this.#add(key, { answer, untilMs });
    for (const [oldest, entry] of this.#entries) {
      if (this.#bytes <= maxBytes) break;
      this.#remove(oldest, entry);
    }
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#bytes += entry.answer.bytes.length;
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= entry.answer.bytes.length;
  }
}

/**
 * The same for requests that are the same to the last byte, and about which all of `circumstances` are the same: route,
 * path, who may answer, what headers change the answer.
 */
export function cacheKey(circumstances: readonly string[], body: Buffer): string {
  return createHash("sha256")
    .update(`${JSON.stringify(circumstances)}\n`)
    .update(body)
    .digest("base64");
}
