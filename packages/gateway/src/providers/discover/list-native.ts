import { type Conversation, countIn, itemsOf, isObject } from "./conversation.ts";
import { type FoundModel, LookFailure } from "./look.ts";

const maxPages = 20;
const anthropicVersion = "2023-06-01";

/** One model, which `/info` describes. */
export async function listTgi(talk: Conversation): Promise<FoundModel[]> {
  const info = await talk.json("GET", "/info");
  if (!isObject(info) || typeof info["model_id"] !== "string")
    throw new LookFailure("path", "what it answers is not a text-generation-inference server's");
  return [
    {
      name: info["model_id"],
      task: "text-generation",
      contextTokens: countIn(info, "max_total_tokens"),
      maxOutputTokens: null,
    },
  ];
}

export async function listAnthropic(talk: Conversation): Promise<FoundModel[]> {
  talk.addHeader("anthropic-version", anthropicVersion);
  const models: FoundModel[] = [];
  let after = "";
  for (let page = 0; page < maxPages; page += 1) {
    const body = await talk.json("GET", `/v1/models?limit=1000${after}`);
    for (const item of itemsOf(body, "data")) {
      if (typeof item["id"] !== "string") continue;
      models.push({
        name: item["id"],
        task: "text-generation",
        contextTokens: countIn(item, "max_input_tokens"),
        maxOutputTokens: countIn(item, "max_tokens"),
      });
    }
    if (!isObject(body) || body["has_more"] !== true || typeof body["last_id"] !== "string") break;
    after = `&after_id=${encodeURIComponent(body["last_id"])}`;
  }
  return models;
}

export async function listGemini(talk: Conversation): Promise<FoundModel[]> {
  const models: FoundModel[] = [];
  let after = "";
  for (let page = 0; page < maxPages; page += 1) {
    const body = await talk.json("GET", `/v1beta/models?pageSize=1000${after}`);
    for (const item of itemsOf(body, "models")) {
      const methods = Array.isArray(item["supportedGenerationMethods"])
        ? item["supportedGenerationMethods"]
        : [];
      const task = methods.includes("generateContent")
        ? "text-generation"
        : methods.includes("embedContent")
          ? "feature-extraction"
          : undefined;
      if (typeof item["name"] !== "string" || task === undefined) continue;
      models.push({
        name: item["name"].replace(/^models\//, ""),
        task,
        contextTokens: countIn(item, "inputTokenLimit"),
        maxOutputTokens: countIn(item, "outputTokenLimit"),
      });
    }
    if (!isObject(body) || typeof body["nextPageToken"] !== "string") break;
    after = `&pageToken=${encodeURIComponent(body["nextPageToken"])}`;
  }
  return models;
}
