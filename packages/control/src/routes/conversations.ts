import type { Conversations } from "../services/conversations.ts";
import type { Handlers } from "./handler.ts";

type ConversationRoute =
  | "listConversations"
  | "createConversation"
  | "getConversation"
  | "updateConversation"
  | "deleteConversation";

export function conversationHandlers(conversations: Conversations): Pick<Handlers, ConversationRoute> {
  return {
    listConversations: async () => ({ data: await conversations.list() }),
    createConversation: ({ body }) => conversations.create(body),
    getConversation: ({ params }) => conversations.get(params.id),
    updateConversation: ({ params, body }) => conversations.update(params.id, body),
    deleteConversation: ({ params }) => conversations.delete(params.id),
  };
}
