import { hash } from "node:crypto";

const remembered = 65_536;
/** A text without messages is taken in pieces of this many characters. */
const pieceChars = 256;
const maxPieces = 256;

/**
 * Remembers which upstream has seen which beginning of a conversation, so that the next turn finds what that has cached.
 * A beginning is all messages up to some point, in order: chats that share no more than a system prompt share no more
 * than that. Holds the most recent ones.
 */
export class PrefixMemory {
  readonly #seenBy = new Map<string, string>();

  /** The upstream that has seen the longest beginning, longest first; the same id may come again. */
  *whoHasSeen(prefixes: readonly string[]): Generator<string> {
    for (let at = prefixes.length - 1; at >= 0; at -= 1) {
      const id = this.#seenBy.get(prefixes[at]!);
      if (id !== undefined) yield id;
    }
  }

  remember(prefixes: readonly string[], id: string): void {
    for (const prefix of prefixes) {
      // the last used goes to the end
      this.#seenBy.delete(prefix);
      this.#seenBy.set(prefix, id);
    }
    for (const oldest of this.#seenBy.keys()) {
      if (this.#seenBy.size <= remembered) break;
      this.#seenBy.delete(oldest);
    }
  }
}

/** A digest for each beginning of the request's conversation, shortest first; none for what is no conversation. */
export function prefixesOf(body: Readonly<Record<string, unknown>>): readonly string[] {
  const pieces = piecesOf(body);
  const prefixes: string[] = [];
  let before = typeof body["model"] === "string" ? body["model"] : "";
  for (const piece of pieces) {
    before = hash("sha1", `${before}\n${piece}`, "base64");
    prefixes.push(before);
  }
  return prefixes;
}

function piecesOf({ messages, prompt, input, tools }: Readonly<Record<string, unknown>>): readonly string[] {
  // tools are rendered before the messages
  const before = tools === undefined ? [] : [JSON.stringify(tools)];
  if (Array.isArray(messages)) return [...before, ...messages.map((message) => JSON.stringify(message))];
  const text = typeof prompt === "string" ? prompt : typeof input === "string" ? input : undefined;
  if (text === undefined) return [];
  const count = Math.min(maxPieces, Math.floor(text.length / pieceChars));
  return Array.from({ length: count }, (_, at) => text.slice(at * pieceChars, (at + 1) * pieceChars));
}
