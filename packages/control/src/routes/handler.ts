import type { Route, RouteInput, RouteName, RouteResponse, Routes, Scope } from "@berth/api";

/** Who calls: a key, or the console. */
export interface HandlerCaller {
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** Model names it may call; `null` means any. */
  readonly models: readonly string[] | null;
  /** Whose the key is; nobody's when null or absent. */
  readonly owner?: string | null;
}

/** A reply that is bytes with a type of their own. */
export interface RawResult {
  readonly contentType: string;
  /** Beside those that every reply bears. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Always ended or returned. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** What a handler may know of the request beside its parsed input. */
export interface HandlerContext {
  readonly requestId: string;
  /** Absent where the route is open to all. */
  readonly caller?: HandlerCaller | undefined;
  /** `Last-Event-ID` and `Idempotency-Key`. */
  readonly lastEventId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Aborts when the caller leaves or the server stops. */
  readonly signal: AbortSignal;
}

/** What a route's handler resolves to: its JSON, nothing, or chunks of text as they come. */
export type HandlerResult<R extends Route> = R["reply"] extends "json"
  ? RouteResponse<R>
  : R["reply"] extends "empty"
    ? void
    : R["reply"] extends "raw"
      ? RawResult
      : AsyncIterable<string>;

/** Serves one management route. Refusals are BerthErrors; anything else thrown is told as `internal`. */
export type Handler<R extends Route> = (
  input: RouteInput<R>,
  context: HandlerContext,
) => Promise<HandlerResult<R>>;

/** Every management route's handler. Each file in this folder makes some of them; the server puts them together. */
export type Handlers = { readonly [N in RouteName]: Handler<Routes[N]> };
