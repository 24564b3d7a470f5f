import type { FormFile } from "./form-body.ts";
import type { OnComment, OnEventId } from "./sse.ts";
import type { Route, RouteEvent, RouteName, RouteRequest, RouteResponse, Routes } from "@berth/api";

/** Files are bytes with a name, here as in forms; with one of them the body is sent as a form. */
type WithFiles<Body> = Omit<Body, "file"> & { readonly file?: readonly FormFile[] };

type Parts<R extends Route> = R extends { readonly takesForm: true }
  ? Omit<RouteRequest<R>, "body"> & { readonly body: WithFiles<RouteRequest<R>["body"]> }
  : RouteRequest<R>;

/** The parts of a call that must be given: path parameters and body. */
type Needed<R extends Route> = {
  readonly [
    K in keyof Parts<R> as Parts<R>[K] extends undefined
      ? never
      : K extends "query"
        ? object extends Parts<R>[K]
          ? never
          : K
        : undefined extends Parts<R>[K]
          ? never
          : K
  ]: Parts<R>[K];
};

type Spare<R extends Route> = SpareQuery<R> & SpareBody<R>;

type SpareQuery<R extends Route> = R["query"] extends undefined
  ? object
  : object extends Parts<R>["query"]
    ? { readonly query?: Parts<R>["query"] }
    : object;

type SpareBody<R extends Route> = Parts<R>["body"] extends undefined
  ? object
  : undefined extends Parts<R>["body"]
    ? { readonly body?: Parts<R>["body"] }
    : object;

/** What a caller of the route gives: its parameters, query and body as it has them. */
export type CallRequest<R extends Route> = Needed<R> &
  Spare<R> & {
    readonly signal?: AbortSignal | undefined;
  } & (R["reply"] extends "events"
    ? { readonly onComment?: OnComment | undefined; readonly onEventId?: OnEventId | undefined }
    : object);

/** Bytes with a type of their own. */
export interface RawReply {
  readonly contentType: string | undefined;
  readonly header: (name: string) => string | undefined;
  readonly bytes: Uint8Array;
}

/** JSON, nothing, bytes, text as it comes, or events as they happen. */
export type CallResult<R extends Route> = R["reply"] extends "json"
  ? Promise<RouteResponse<R>>
  : R["reply"] extends "empty"
    ? Promise<void>
    : R["reply"] extends "raw"
      ? Promise<RawReply>
      : R["reply"] extends "events"
        ? AsyncGenerator<RouteEvent<R>, void, undefined>
        : AsyncGenerator<string, void, undefined>;

type Method<R extends Route> =
  object extends CallRequest<R>
    ? (request?: CallRequest<R>) => CallResult<R>
    : (request: CallRequest<R>) => CallResult<R>;

/** One method for each management route, under its name. */
export type ManagementMethods = { readonly [N in RouteName]: Method<Routes[N]> };
