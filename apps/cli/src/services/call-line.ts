import type { Image, Service } from "@berth/api";
import { findPipelineForm } from "@berth/api/pipelines";

export interface CallLineOptions {
  /** Where the service's own port is reached. */
  readonly host: string;
  /** A shell word that gives the key without showing it: `$(cat ~/.berth/admin.key)`. */
  readonly key: string | undefined;
}

interface ExampleCall {
  readonly path: string;
  /** What curl sends. */
  readonly words: string;
}

const json = (path: string, body: string): ExampleCall => ({
  path,
  words: `-H "Content-Type: application/json" -d '${body}'`,
});

const calls: Readonly<Record<Exclude<Image, "pipeline">, ExampleCall | undefined>> = {
  "text-generation": json("/v1/chat/completions", '{"messages": [{"role": "user", "content": "Hello!"}]}'),
  embeddings: json("/v1/embeddings", '{"input": "Hello!"}'),
  rerank: json("/v1/rerank", '{"query": "harbour", "documents": ["a ship", "a tree"]}'),
  "speech-recognition": { path: "/v1/audio/transcriptions", words: "-F file=@recording.mp3" },
  command: undefined,
  handler: json("/predict", "{}"),
  other: undefined,
};

/** A curl line that calls the service on its own port, as it stands; `undefined` where there is none to give. */
export function callLine({ image, task, port }: Service, { host, key }: CallLineOptions): string | undefined {
  if (port === null) return undefined;
  const call = image === "pipeline" ? predictCall(task) : calls[image];
  const authorization = key === undefined ? "" : ` -H "Authorization: Bearer ${key}"`;
  if (call === undefined) return `curl http://${host}:${port}/v1/models${authorization}`;
  return [`curl http://${host}:${port}${call.path}${authorization} \\`, `  ${call.words}`].join("\n");
}

function predictCall(task: Service["task"]): ExampleCall | undefined {
  const form = findPipelineForm(task);
  if (form === undefined) return undefined;
  const { inputs, example } = form;
  const files = inputs.find(({ kind }) => kind === "images" || kind === "sounds");
  if (files === undefined) return json("/predict", JSON.stringify(example.request));
  const words = Object.entries(example.request).map(([name, value]) => {
    if (name === files.name)
      return `-F ${name}=@${files.kind === "images" ? "picture.jpg" : "recording.mp3"}`;
    return `-F '${name}=${Array.isArray(value) ? value.join(",") : String(value)}'`;
  });
  return { path: "/predict", words: words.join(" ") };
}

/** One word of a POSIX shell that gives a file's content. */
export function catFile(path: string): string {
  return `$(cat ${/^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`})`;
}
