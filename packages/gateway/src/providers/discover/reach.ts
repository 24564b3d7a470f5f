import type { Conversation } from "./conversation.ts";

/** Servers without a list of what we could call: whether they are there, and accept the credential where one can tell. */

export async function reachAzure(talk: Conversation): Promise<undefined> {
  const { apiVersion } = talk.target.options;
  const path =
    apiVersion === undefined
      ? "/openai/v1/models"
      : `/openai/models?api-version=${encodeURIComponent(apiVersion)}`;
  await requireThere(talk, path);
  return undefined;
}

export async function reachReplicate(talk: Conversation): Promise<undefined> {
  await talk.json("GET", "/account");
  return undefined;
}

/** Every request there is signed for one endpoint, so that an unsigned one is refused: that is an answer. */
export async function reachSageMaker(talk: Conversation): Promise<undefined> {
  await talk.send("GET", "/ping");
  return undefined;
}

/** A proxy in front may not know the path: what matters is that it does not refuse the credential. */
async function requireThere(talk: Conversation, path: string): Promise<void> {
  const reply = await talk.send("GET", path);
  if (reply.status !== 404 && reply.status !== 405) talk.requireWell(reply, path);
}
