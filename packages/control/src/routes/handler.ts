import type { Route, RouteInput, RouteName, RouteResponse, Routes } from "@berth/api";

/** What a handler may know of the request beside its parsed input. */
export interface HandlerContext {
  readonly requestId: string;
  /** Aborts when the caller leaves or the server stops. */
  readonly signal: AbortSignal;
}

/** What a route's handler resolves to: its JSON, nothing, or chunks of text as they come. */
export type HandlerResult<R extends Route> = R["reply"] extends "json"
  ? RouteResponse<R>
  : R["reply"] extends "empty"
    ? void
    : AsyncIterable<string>;

/** Serves one management route. Refusals are BerthErrors; anything else thrown is told as `internal`. */
export type Handler<R extends Route> = (
  input: RouteInput<R>,
  context: HandlerContext,
) => Promise<HandlerResult<R>>;

/** Every management route's handler. Each file in this folder makes some of them; the server puts them together. */
export type Handlers = { readonly [N in RouteName]: Handler<Routes[N]> };
