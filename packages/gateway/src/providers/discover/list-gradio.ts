import { type Conversation, isObject, itemsOf, type Json } from "./conversation.ts";
import { type FoundModel, LookFailure } from "./look.ts";

/** A Gradio app is one model, called as its provider; an h2oGPT behind one tells its own. */
export async function listGradio(talk: Conversation): Promise<FoundModel[]> {
  await logIn(talk);
  const config = await talk.json("GET", "/config");
  if (!isGradio(config)) throw new LookFailure("path", "what it answers is not a Gradio app's");
  return [
    { name: talk.target.provider, task: "text-generation", contextTokens: null, maxOutputTokens: null },
  ];
}

/** Whether it is what `/config` of a Gradio app answers. */
export function isGradio(config: unknown): config is Json {
  return isObject(config) && Array.isArray(config["dependencies"]) && Array.isArray(config["components"]);
}

/** The names under which its functions can be called, without their slashes. */
export function functionsOf(config: Json): string[] {
  return itemsOf(config["dependencies"]).flatMap(({ api_name: name }) =>
    typeof name === "string" ? [name.replace(/^\//, "")] : [],
  );
}

async function logIn(talk: Conversation): Promise<void> {
  const { auth } = talk.target;
  if (auth.kind !== "login") return;
  const form = new URLSearchParams({ username: auth.user, password: auth.password }).toString();
  const reply = await talk.send("POST", "/login", form, "application/x-www-form-urlencoded");
  if (reply.status === 400 || reply.status === 401)
    throw new LookFailure("credential", `it does not accept user and password: ${talk.wordsOf(reply)}`);
  talk.requireWell(reply, "/login");
  talk.addHeader("cookie", reply.cookies.join("; "));
}
