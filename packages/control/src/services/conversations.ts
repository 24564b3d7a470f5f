import { randomUUID } from "node:crypto";
import {
  BerthError,
  type Conversation,
  type conversationSummarySchema,
  type saveConversationSchema,
  type z,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { ConversationStore } from "@berth/store";
import type { Changes } from "./changes.ts";

type Saved = z.output<typeof saveConversationSchema>;

export interface ConversationsOptions {
  readonly store: ConversationStore;
  readonly changes: Changes;
  readonly clock: Pick<Clock, "now">;
}

const maxBytes = 4 * 1024 * 1024;
const maxMessages = 5000;
const maxTitleLength = 300;
const maxConversations = 2000;

/** The console's saved chats. */
export class Conversations {
  readonly #store: ConversationStore;
  readonly #changes: Changes;
  readonly #clock: Pick<Clock, "now">;

  constructor({ store, changes, clock }: ConversationsOptions) {
    this.#store = store;
    this.#changes = changes;
    this.#clock = clock;
  }

  /** Last changed first. */
  async list(): Promise<z.output<typeof conversationSummarySchema>[]> {
    return [...(await this.#store.listConversations())];
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<Conversation> {
    const found = await this.#store.getConversation(id);
    if (found === undefined) throw notFound(id);
    return found;
  }

  /** Throws `payload_too_large`, or `conflict` when there are too many to keep another. */
  async create(given: Saved): Promise<Conversation> {
    requireFits(given);
    if ((await this.#store.listConversations()).length >= maxConversations)
      throw new BerthError("conflict", `${maxConversations} chats are saved already: delete some first`);
    const now = this.#clock.now();
    return this.#put({ ...given, id: randomUUID(), createdAt: now, updatedAt: now });
  }

  /** Replaces all of it. Throws `not_found` or `payload_too_large`. */
  async update(id: string, given: Saved): Promise<Conversation> {
    requireFits(given);
    const { createdAt } = await this.get(id);
    return this.#put({ ...given, id, createdAt, updatedAt: this.#clock.now() });
  }

  /** Throws `not_found`. */
  async delete(id: string): Promise<void> {
    if (!(await this.#store.deleteConversation(id))) throw notFound(id);
    this.#changes.publish({ type: "conversations" });
  }

  async #put(conversation: Conversation): Promise<Conversation> {
    await this.#store.putConversation(conversation);
    this.#changes.publish({ type: "conversations" });
    return conversation;
  }
}

function notFound(id: string): BerthError {
  return new BerthError("not_found", `there is no saved chat ${id}`, { param: "id" });
}

function requireFits(given: Saved): void {
  if (given.title.length > maxTitleLength)
    throw tooLarge(
      "title",
      `a title has at most ${maxTitleLength} characters, this one ${given.title.length}`,
    );
  if (given.messages.length > maxMessages)
    throw tooLarge(
      "messages",
      `a saved chat has at most ${maxMessages} messages, this one ${given.messages.length}`,
    );
  const bytes = Buffer.byteLength(JSON.stringify(given));
  if (bytes > maxBytes)
    throw tooLarge(
      "messages",
      `a saved chat has at most ${maxBytes} bytes, this one ${bytes}: start a new chat`,
    );
}

function tooLarge(param: string, message: string): BerthError {
  return new BerthError("payload_too_large", message, { param });
}
