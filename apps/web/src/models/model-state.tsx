import type { Model } from "@berth/api";
import type { ReactNode } from "react";
import { State } from "../parts/state.tsx";

const signs = {
  ready: { tone: "ok", shape: "●", word: "Ready" },
  incomplete: { tone: "warn", shape: "◐", word: "Incomplete" },
  corrupt: { tone: "bad", shape: "✕", word: "Corrupt" },
} as const satisfies Record<Model["status"], unknown>;

export function ModelState({ status }: { status: Model["status"] }): ReactNode {
  return <State {...signs[status]} />;
}

const places: Record<Model["location"], string> = {
  home: "home",
  cache: "shared cache",
  directory: "directory",
  demo: "built in",
};

export function placeOf({ location }: Model): string {
  return places[location];
}
