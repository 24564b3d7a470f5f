import type { ErrorCode } from "./error-code.ts";
import type { z } from "./schema.ts";

type AnySchema = z.ZodType;

/** What a reply is: JSON of a schema, nothing, plain text, a stream of server-sent events, or bytes with a type of their own. */
export type ReplyKind = "json" | "empty" | "text" | "events" | "raw";

/** One management route, in full. Server, client, OpenAPI document and docs page derive from it. */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `{name}` stands for one path segment; a parameter named `repo` or `id` may hold encoded slashes. */
  readonly path: `/${string}`;
  readonly tag: string;
  readonly summary: string;
  /** Who may call it: `inference` whoever may call models, `worker` whoever may work on jobs, `key` whoever has a key. `session` routes serve the console's log-in and need no key. */
  readonly access: "admin" | "inference" | "worker" | "key" | "session" | "public";
  readonly params?: AnySchema;
  readonly query?: AnySchema;
  readonly body?: AnySchema;
  /** `large`: as long as a call of a model. Absent: the access says it, a stranger's is short. */
  readonly bodyLimit?: "usual" | "large";
  /** The body may also be a multipart form; its files are the field `file`. */
  readonly takesForm?: true;
  readonly reply: ReplyKind;
  readonly response?: AnySchema;
  /** What each event's data is, when `reply` is `events`. */
  readonly event?: AnySchema;
  readonly status: number;
  /** Codes it answers with beside the common ones (400, 401, 403, 404, 405, 500). */
  readonly errors: readonly ErrorCode[];
}

type Part<S> = S extends AnySchema ? z.output<S> : undefined;
type Sent<S> = S extends AnySchema ? z.input<S> : undefined;

/** What a handler of the route receives, parsed. */
export interface RouteInput<R extends Route> {
  readonly params: Part<R["params"]>;
  readonly query: Part<R["query"]>;
  readonly body: Part<R["body"]>;
}

/** What a caller of the route gives. */
export interface RouteRequest<R extends Route> {
  readonly params: Sent<R["params"]>;
  readonly query: Sent<R["query"]>;
  readonly body: Sent<R["body"]>;
}

/** What the events of the route hold. */
export type RouteEvent<R extends Route> = Part<R["event"]>;

/** What a handler of the route returns, and a caller gets, when `reply` is `json`. */
export type RouteResponse<R extends Route> = R["response"] extends AnySchema
  ? z.output<R["response"]>
  : undefined;
