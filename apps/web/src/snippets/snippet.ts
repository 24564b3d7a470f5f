import { pythonLiteral, scriptLiteral, shellWord, stringLiteral } from "./quote.ts";

/** A call that can be made, told without a language. */
export interface Call {
  /** The OpenAI address: `http://localhost:8000/v1`. */
  readonly baseUrl: string;
  readonly operation: "chat" | "embeddings" | "rerank";
  readonly model: string;
  /** The rest of the request's body: messages and parameters, or input, or query and documents. */
  readonly body: Readonly<Record<string, unknown>>;
}

export type SnippetLanguage = "curl" | "python" | "typescript";

export const snippetLanguages: readonly { language: SnippetLanguage; title: string }[] = [
  { language: "curl", title: "curl" },
  { language: "python", title: "Python" },
  { language: "typescript", title: "TypeScript" },
];

const paths = { chat: "chat/completions", embeddings: "embeddings", rerank: "rerank" } as const;

/** A whole program (or command) that makes the call. The key is read from BERTH_KEY, never written down. */
export function snippet(call: Call, language: SnippetLanguage): string {
  switch (language) {
    case "curl":
      return curl(call);
    case "python":
      return call.operation === "rerank" ? pythonPlain(call) : pythonSdk(call, call.operation);
    case "typescript":
      return call.operation === "rerank" ? scriptPlain(call) : scriptSdk(call, call.operation);
  }
}

function curl(call: Call): string {
  const body = JSON.stringify({ model: call.model, ...call.body }, null, 2);
  return [
    `curl ${shellWord(`${call.baseUrl}/${paths[call.operation]}`)} \\`,
    `  -H "Authorization: Bearer $BERTH_KEY" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d ${shellWord(body)}`,
  ].join("\n");
}

function pythonSdk(call: Call, operation: "chat" | "embeddings"): string {
  const named = Object.entries({ model: call.model, ...call.body });
  const [method, print] =
    operation === "chat"
      ? ["chat.completions.create", "reply.choices[0].message.content"]
      : ["embeddings.create", "len(reply.data[0].embedding)"];
  return [
    `import os`,
    `from openai import OpenAI`,
    ``,
    `client = OpenAI(base_url=${stringLiteral(call.baseUrl)}, api_key=os.environ["BERTH_KEY"])`,
    `reply = client.${method}(`,
    ...named.map(([name, value]) => `    ${name}=${pythonLiteral(value, 4)},`),
    `)`,
    `print(${print})`,
  ].join("\n");
}

function scriptSdk(call: Call, operation: "chat" | "embeddings"): string {
  const [method, print] =
    operation === "chat"
      ? ["chat.completions.create", "reply.choices[0]?.message.content"]
      : ["embeddings.create", "reply.data[0]?.embedding.length"];
  return [
    `import OpenAI from "openai";`,
    ``,
    `const client = new OpenAI({ baseURL: ${stringLiteral(call.baseUrl)}, apiKey: process.env.BERTH_KEY });`,
    `const reply = await client.${method}(${scriptLiteral({ model: call.model, ...call.body })});`,
    `console.log(${print});`,
  ].join("\n");
}

function pythonPlain(call: Call): string {
  return [
    `import json, os, urllib.request`,
    ``,
    `request = urllib.request.Request(`,
    `    ${stringLiteral(`${call.baseUrl}/${paths[call.operation]}`)},`,
    `    data=json.dumps(${pythonLiteral({ model: call.model, ...call.body }, 4)}).encode(),`,
    `    headers={"Authorization": "Bearer " + os.environ["BERTH_KEY"], "Content-Type": "application/json"},`,
    `)`,
    `print(json.load(urllib.request.urlopen(request)))`,
  ].join("\n");
}

function scriptPlain(call: Call): string {
  return [
    `const reply = await fetch(${stringLiteral(`${call.baseUrl}/${paths[call.operation]}`)}, {`,
    `  method: "POST",`,
    `  headers: { authorization: \`Bearer \${process.env.BERTH_KEY}\`, "content-type": "application/json" },`,
    `  body: JSON.stringify(${scriptLiteral({ model: call.model, ...call.body }, 2)}),`,
    `});`,
    `console.log(await reply.json());`,
  ].join("\n");
}
