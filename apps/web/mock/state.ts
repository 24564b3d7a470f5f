import type { BerthError, RouteName } from "@berth/api";
import type { World } from "./world.ts";

/** What the mock knows beside the world: who is in, and what it was told to do wrong. */
export interface MockState {
  readonly world: World;
  readonly code: string;
  open: boolean;
  down: boolean;
  readonly failures: Map<RouteName, BerthError>;
}
