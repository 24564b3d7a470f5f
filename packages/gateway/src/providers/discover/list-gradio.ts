import { parsePythonLiteral } from "@berth/std/python-literal";
import { apiPrefix } from "../gradio/api-prefix.ts";
import { type Conversation, countIn, isObject, itemsOf, type Json, jsonIn } from "./conversation.ts";
import { type FoundModel, LookFailure } from "./look.ts";

/** A Gradio app is one model, called as its provider; an h2oGPT behind one tells its own. */
export async function listGradio(talk: Conversation): Promise<FoundModel[]> {
  await logIn(talk);
  const config = await talk.json("GET", "/config");
  if (!isGradio(config)) throw new LookFailure("path", "what it answers is not a Gradio app's");
  if (functionsOf(config).includes("model_names")) return listH2oGpt(talk, config);
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

/** `/model_names` answers a Python literal, as its `repr` writes a list of dicts. */
async function listH2oGpt(talk: Conversation, config: Json): Promise<FoundModel[]> {
  const prefix = apiPrefix(config["api_prefix"]);
  if (prefix === undefined) throw new LookFailure("path", "its `api_prefix` is no path");
  const told = await resultOf(talk, prefix, "model_names");
  const list = typeof told === "string" ? read(told) : told;
  return itemsOf(list).flatMap((item) => {
    const name = [item["display_name"], item["base_model"]].find(
      (one) => typeof one === "string" && one !== "",
    ) as string | undefined;
    if (name === undefined || item["llm"] === false) return [];
    return [
      {
        name,
        task: "text-generation",
        contextTokens: countIn(item, "max_seq_len"),
        maxOutputTokens: null,
      },
    ];
  });
}

/** What a function without arguments returns first: by `/call`, or where Gradio is older by `/run`. */
async function resultOf(talk: Conversation, prefix: string, name: string): Promise<unknown> {
  const path = `${prefix}/call/${name}`;
  const begun = await talk.send("POST", path, { data: [] });
  if (begun.status === 404 || begun.status === 405) {
    const body = await talk.json("POST", `/run/${name}`, { data: [] });
    return isObject(body) && Array.isArray(body["data"]) ? body["data"][0] : undefined;
  }
  talk.requireWell(begun, path);
  const event = jsonIn(begun);
  if (!isObject(event) || typeof event["event_id"] !== "string")
    throw new LookFailure("path", `what ${path} answers is no event: it is another kind of server`);
  const stream = await talk.send("GET", `${path}/${encodeURIComponent(event["event_id"])}`);
  talk.requireWell(stream, path);
  const [, data] = /event: ?complete\r?\ndata: ?(.*)/.exec(stream.text) ?? [];
  if (data === undefined) throw new LookFailure("models", `${path} failed there`);
  const values = jsonIn({ ...stream, text: data });
  return Array.isArray(values) ? values[0] : undefined;
}

function read(text: string): unknown {
  try {
    return parsePythonLiteral(text);
  } catch (error) {
    throw new LookFailure("models", `its list of models cannot be read: ${(error as Error).message}`, error);
  }
}
