import type { ProviderAnswerProof } from "@berth/control";
import { z } from "@berth/api";

export interface ModelQuestion {
  /** Of this server. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly task: string;
  readonly fetch: typeof fetch;
}

const chatTokens = 16;

/** Has the model answer something tiny, by the same way as everybody's requests. Returns what came, in words. */
export async function askModel(question: ModelQuestion, signal: AbortSignal): Promise<ProviderAnswerProof> {
  const { model, task } = question;
  if (task === "feature-extraction") return send(question, "embeddings", { model, input: "Ahoy" }, signal);
  const chat = { model, messages: [{ role: "user", content: "Answer with one word: ahoy" }] };
  const proof = await send(question, "chat/completions", { ...chat, max_tokens: chatTokens }, signal);
  // OpenAI's reasoning models take no max_tokens
  return proof.kind === "failed" && proof.reason.includes("max_completion_tokens")
    ? send(question, "chat/completions", { ...chat, max_completion_tokens: chatTokens }, signal)
    : proof;
}

const replySchema = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).optional(),
  data: z.array(z.object({ embedding: z.union([z.string(), z.array(z.number())]) })).optional(),
  error: z.object({ message: z.string() }).optional(),
});

async function send(
  { url, key, fetch }: ModelQuestion,
  path: string,
  body: unknown,
  signal: AbortSignal,
): Promise<ProviderAnswerProof> {
  const response = await fetch(`${url}/v1/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
    signal,
  });
  const reply = replySchema.safeParse(await response.json().catch(() => undefined));
  const { choices, data, error } = reply.data ?? {};
  if (!response.ok) return { kind: "failed", reason: error?.message ?? `it answered ${response.status}` };
  if (data?.[0] !== undefined) return { kind: "answered", text: "an embedding" };
  if (choices?.[0] === undefined) return { kind: "failed", reason: "what it answers is no answer" };
  const said = (choices[0].message.content ?? "").replaceAll(/\s+/g, " ").trim();
  return { kind: "answered", text: said === "" ? "an answer without words" : `"${said.slice(0, 60)}"` };
}
