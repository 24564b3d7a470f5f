import type { Image, Service } from "@berth/api";

export interface CallLineOptions {
  /** Where the service's own port is reached. */
  readonly host: string;
  /** A shell word that gives the key without showing it: `$(cat ~/.berth/admin.key)`. */
  readonly key: string | undefined;
}

const calls: Readonly<Record<Image, { path: string; body: string } | undefined>> = {
  "text-generation": {
    path: "/v1/chat/completions",
    body: '{"messages": [{"role": "user", "content": "Hello!"}]}',
  },
  embeddings: { path: "/v1/embeddings", body: '{"input": "Hello!"}' },
  rerank: { path: "/v1/rerank", body: '{"query": "harbour", "documents": ["a ship", "a tree"]}' },
  command: undefined,
  "speech-recognition": undefined,
  other: undefined,
};

/** A curl line that calls the service on its own port, as it stands; `undefined` where there is none to give. */
export function callLine({ image, port }: Service, { host, key }: CallLineOptions): string | undefined {
  if (port === null) return undefined;
  const call = calls[image];
  const authorization = key === undefined ? "" : ` -H "Authorization: Bearer ${key}"`;
  if (call === undefined) return `curl http://${host}:${port}/v1/models${authorization}`;
  return [
    `curl http://${host}:${port}${call.path}${authorization} \\`,
    `  -H "Content-Type: application/json" -d '${call.body}'`,
  ].join("\n");
}

/** One word of a POSIX shell that gives a file's content. */
export function catFile(path: string): string {
  return `$(cat ${/^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`})`;
}
