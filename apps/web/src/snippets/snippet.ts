import { plainSnippet, type SnippetLanguage } from "./plain-snippet.ts";
import { pythonLiteral, scriptLiteral, shellWord, stringLiteral } from "./quote.ts";

/** A call that can be made, told without a language. */
export interface Call {
  /** The OpenAI address: `http://localhost:8000/v1`. */
  readonly baseUrl: string;
  readonly operation: "chat" | "embeddings" | "rerank" | "transcription" | "predict";
  readonly model: string;
  /** `predict` names no model: it is at the service's own port. The rest of the request's body: messages and parameters, or input, or query and documents. Of a transcription, the fields beside the file. */
  readonly body: Readonly<Record<string, unknown>>;
}

export const snippetLanguages: readonly { language: SnippetLanguage; title: string }[] = [
  { language: "curl", title: "curl" },
  { language: "python", title: "Python" },
  { language: "typescript", title: "TypeScript" },
];

const paths = {
  chat: "chat/completions",
  embeddings: "embeddings",
  rerank: "rerank",
  transcription: "audio/transcriptions",
  predict: "predict",
} as const;

function urlOf({ baseUrl, operation }: Call): string {
  const base = operation === "predict" ? baseUrl.replace(/\/v1$/, "") : baseUrl;
  return `${base}/${paths[operation]}`;
}

function bodyOf({ operation, model, body }: Call): Readonly<Record<string, unknown>> {
  return operation === "predict" ? body : { model, ...body };
}

/** OpenAI's own clients do not know it. */
function isPlain(operation: Call["operation"]): operation is "rerank" | "predict" {
  return operation === "rerank" || operation === "predict";
}

/** Whatever audio the reader has. */
const audioFile = "speech.wav";

/** A whole program (or command) that makes the call. The key is read from BERTH_KEY, never written down. */
export function snippet(call: Call, language: SnippetLanguage): string {
  switch (language) {
    case "curl":
      return call.operation === "transcription" ? curlForm(call) : plain(call, language);
    case "python":
      return isPlain(call.operation) ? plain(call, language) : pythonSdk(call, call.operation);
    case "typescript":
      return isPlain(call.operation) ? plain(call, language) : scriptSdk(call, call.operation);
  }
}

function plain(call: Call, language: SnippetLanguage): string {
  return plainSnippet({ url: urlOf(call), body: bodyOf(call) }, language);
}

function curlForm(call: Call): string {
  const fields = Object.entries({ model: call.model, ...call.body });
  return [
    `curl ${shellWord(urlOf(call))} \\`,
    `  -H "Authorization: Bearer $BERTH_KEY" \\`,
    `  -F file=@${audioFile} \\`,
    // a value that begins with @ or < would be read from a file by -F
    ...fields.map(
      ([name, value], index) =>
        `  --form-string ${shellWord(`${name}=${String(value)}`)}${index === fields.length - 1 ? "" : " \\"}`,
    ),
  ].join("\n");
}

type SdkOperation = Exclude<Call["operation"], "rerank" | "predict">;

const sdkCalls: Record<SdkOperation, { method: string; python: string; script: string }> = {
  chat: {
    method: "chat.completions.create",
    python: "reply.choices[0].message.content",
    script: "reply.choices[0]?.message.content",
  },
  embeddings: {
    method: "embeddings.create",
    python: "len(reply.data[0].embedding)",
    script: "reply.data[0]?.embedding.length",
  },
  transcription: { method: "audio.transcriptions.create", python: "reply.text", script: "reply.text" },
};

function pythonSdk(call: Call, operation: SdkOperation): string {
  const named = Object.entries({ model: call.model, ...call.body });
  const { method, python } = sdkCalls[operation];
  const file = operation === "transcription" ? [`    file=open(${stringLiteral(audioFile)}, "rb"),`] : [];
  return [
    `import os`,
    `from openai import OpenAI`,
    ``,
    `client = OpenAI(base_url=${stringLiteral(call.baseUrl)}, api_key=os.environ["BERTH_KEY"])`,
    `reply = client.${method}(`,
    ...file,
    ...named.map(([name, value]) => `    ${name}=${pythonLiteral(value, 4)},`),
    `)`,
    `print(${python})`,
  ].join("\n");
}

function scriptSdk(call: Call, operation: SdkOperation): string {
  const { method, script } = sdkCalls[operation];
  const body = scriptLiteral({ model: call.model, ...call.body });
  const spoken = operation === "transcription";
  const given = spoken ? `{ file: createReadStream(${stringLiteral(audioFile)}), ...${body} }` : body;
  return [
    ...(spoken ? [`import { createReadStream } from "node:fs";`] : []),
    `import OpenAI from "openai";`,
    ``,
    `const client = new OpenAI({ baseURL: ${stringLiteral(call.baseUrl)}, apiKey: process.env.BERTH_KEY });`,
    `const reply = await client.${method}(${given});`,
    `console.log(${script});`,
  ].join("\n");
}
