import { endpointPrefix } from "./endpoint-address.ts";
import { foreignLists, foreignPaths, type ForeignList, type ForeignPath } from "./ingress/foreign-paths.ts";
import type { Ingress } from "./ingress/ingress.ts";

export type OperationName =
  | "chat.completions"
  | "completions"
  | "embeddings"
  | "rerank"
  | "audio.transcriptions"
  | "audio.translations"
  | "audio.speech"
  | "images.generations"
  | "responses"
  /** Of other systems' APIs. */
  | "anthropic.messages"
  | "anthropic.count_tokens"
  | "ollama.chat"
  | "ollama.generate"
  | "ollama.embed"
  | "tgi.generate"
  | "transcribe"
  | "tokenize"
  | "models"
  | "passthrough"
  | "unknown";

/** What the body is: a JSON object, or a form of several parts with files in it. */
export type BodyForm = "json" | "form";

/** What a request asks for, by its path and method. */
export type Operation =
  /** `path` is what the upstream is asked, query included. */
  | {
      readonly kind: "inference";
      readonly name: OperationName;
      readonly path: string;
      readonly streams: boolean;
      readonly body: BodyForm;
      /** Of another system's API. */
      readonly foreign: ForeignPath | undefined;
    }
  | { readonly kind: "list_models" }
  /** The models as another system lists them. */
  | { readonly kind: "foreign_list"; readonly list: ForeignList; readonly error: Ingress["error"] }
  | { readonly kind: "show_model"; readonly model: string }
  | { readonly kind: "options"; readonly allow: string }
  /** `target` is the path with its query, as a server is asked for it. */
  | { readonly kind: "wrong_method"; readonly path: string; readonly target: string; readonly allow: string }
  | { readonly kind: "unknown"; readonly path: string; readonly target: string };

type InferencePath = Pick<Extract<Operation, { kind: "inference" }>, "name" | "streams" | "body">;

const inference: ReadonlyMap<string, InferencePath> = new Map([
  ["/v1/chat/completions", { name: "chat.completions", streams: true, body: "json" }],
  ["/v1/completions", { name: "completions", streams: true, body: "json" }],
  ["/v1/embeddings", { name: "embeddings", streams: false, body: "json" }],
  ["/v1/rerank", { name: "rerank", streams: false, body: "json" }],
  ["/v1/audio/transcriptions", { name: "audio.transcriptions", streams: true, body: "form" }],
  ["/v1/audio/translations", { name: "audio.translations", streams: false, body: "form" }],
  ["/v1/audio/speech", { name: "audio.speech", streams: false, body: "json" }],
  ["/v1/images/generations", { name: "images.generations", streams: false, body: "json" }],
  ["/tokenize", { name: "tokenize", streams: false, body: "json" }],
  ["/transcribe", { name: "transcribe", streams: false, body: "json" }],
]);

type Refused = Extract<Operation, { kind: "wrong_method" }>;

const getOnly = "GET, HEAD, OPTIONS";
const postOnly = "POST, OPTIONS";

/** Whether a request to the server's main address is for models, by whatever API; all others are not the gateway's. */
export function isForModels(method: string, path: string): boolean {
  // GET / is the console's
  if (path === "/") return method === "POST";
  return (
    path === "/v1" ||
    path.startsWith("/v1/") ||
    path.startsWith(endpointPrefix) ||
    inference.has(path) ||
    foreignPaths.has(path) ||
    foreignLists.has(path)
  );
}

/** Whether a POST there asks a model something, in JSON. `path` is without its query. */
export function isInference(path: string): boolean {
  return inference.get(path)?.body === "json" || (path !== "/" && foreignPaths.has(path));
}

/**
 * Reads the request line. Paths are compared without a trailing slash; a model's name may hold slashes, encoded or not.
 * `isOwnServer`: it came to the port of a user's own server, or to the endpoint of some, which may mean something else by a path that is not OpenAI's.
 */
export function readOperation(method: string, url: string, isOwnServer = false): Operation {
  const target = url.startsWith("/") ? url : pathOf(url);
  const query = target.indexOf("?");
  const whole = query === -1 ? target : target.slice(0, query);
  const path = whole.length > 1 && whole.endsWith("/") ? whole.slice(0, -1) : whole;
  if (isOwnServer && !isOpenAiPath(path)) return { kind: "unknown", path, target };
  const foreign = path === "/" && method !== "POST" ? undefined : foreignPaths.get(path);
  const found = foreign === undefined ? inference.get(path) : ({ ...foreign, body: "json" } as const);
  if (found !== undefined) {
    const { name, streams, body } = found;
    if (method !== "POST") return other(method, { path, target, allow: postOnly });
    const asked = query === -1 ? path : path + target.slice(query);
    return { kind: "inference", name, streams, body, path: asked, foreign };
  }
  const list = foreignLists.get(path);
  if (list !== undefined) {
    const isAllowed = list.method === "POST" ? method === "POST" : isRead(method);
    const allow = list.method === "POST" ? postOnly : getOnly;
    if (!isAllowed) return other(method, { path, target, allow });
    return { kind: "foreign_list", list: list.list, error: list.error };
  }
  if (path === "/v1/models")
    return isRead(method) ? { kind: "list_models" } : other(method, { path, target, allow: getOnly });
  if (path.startsWith("/v1/models/")) {
    const model = decode(path.slice("/v1/models/".length));
    if (model === undefined) return { kind: "unknown", path, target };
    return isRead(method) ? { kind: "show_model", model } : other(method, { path, target, allow: getOnly });
  }
  return { kind: "unknown", path, target };
}

function isOpenAiPath(path: string): boolean {
  return path.startsWith("/v1/") && !foreignPaths.has(path);
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function other(method: string, refused: Omit<Refused, "kind">): Operation {
  return method === "OPTIONS"
    ? { kind: "options", allow: refused.allow }
    : { kind: "wrong_method", ...refused };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // a stray % names nothing
    return undefined;
  }
}

/** Proxies send `POST http://host/path`. */
function pathOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url : parsed.pathname + parsed.search;
}
