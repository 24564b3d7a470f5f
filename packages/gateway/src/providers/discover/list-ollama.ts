import { type Conversation, countIn, isObject, itemsOf } from "./conversation.ts";
import type { FoundModel } from "./look.ts";

type Shown = Pick<FoundModel, "task" | "contextTokens">;

/** What was shown of models whose files have not changed since, by their digests. */
export type ShownModels = Map<string, Shown>;

const shownAtOnce = 4;
/**
 * A model is loaded with all the context it is to have, and its memory taken at once: those of today were trained for more
 * than most machines have. Whoever has it says so.
 */
const mostContextUnasked = 32 * 1024;
const maxShown = 1_000;

/** `/api/tags`, and of each model that was not seen before `/api/show`. */
export async function listOllama(talk: Conversation, shown: ShownModels): Promise<FoundModel[]> {
  const listed = itemsOf(await talk.json("GET", "/api/tags"), "models").flatMap(({ name, digest }) =>
    typeof name === "string" ? [{ name, key: typeof digest === "string" ? digest : name }] : [],
  );
  const waiting = listed.filter(({ key }) => !shown.has(key));
  if (shown.size + waiting.length > maxShown) shown.clear();
  const show = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      shown.set(next.key, shownFacts(await talk.json("POST", "/api/show", { model: next.name })));
  };
  await Promise.all(Array.from({ length: shownAtOnce }, show));
  return listed.map(({ name, key }) => ({
    // what everybody calls it: `llama3` is `llama3:latest`
    name: name.replace(/:latest$/, ""),
    ...(shown.get(key) ?? { task: null, contextTokens: null }),
    maxOutputTokens: null,
  }));
}

function shownFacts(body: unknown): Shown {
  if (!isObject(body)) return { task: null, contextTokens: null };
  const facts = isObject(body["model_info"]) ? body["model_info"] : {};
  const field = Object.keys(facts).find((name) => name.endsWith(".context_length"));
  const trained = field === undefined ? null : countIn(facts, field);
  const { parameters } = body;
  // as its Modelfile says
  const [, own] = /^num_ctx\s+(\d+)$/m.exec(typeof parameters === "string" ? parameters : "") ?? [];
  const abilities = Array.isArray(body["capabilities"]) ? body["capabilities"] : [];
  return {
    task: abilities.includes("embedding") ? "feature-extraction" : "text-generation",
    contextTokens: own === undefined ? trained && Math.min(trained, mostContextUnasked) : Number(own),
  };
}
