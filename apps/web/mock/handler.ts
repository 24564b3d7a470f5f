import type { Route, RouteInput, RouteResponse } from "@berth/api";
import type { World } from "./world.ts";

type Result<R extends Route> = R["reply"] extends "json"
  ? RouteResponse<R>
  : R["reply"] extends "empty"
    ? void
    : R["reply"] extends "raw"
      ? MockBytes
      : AsyncIterable<string>;

/** An answer with a type of its own. */
export interface MockBytes {
  readonly contentType: string;
  readonly text: string;
}

/** Serves one route from the world; throws BerthErrors as the server would. */
export type MockHandler<R extends Route> = (
  input: RouteInput<R>,
  world: World,
  signal: AbortSignal,
) => Result<R>;
