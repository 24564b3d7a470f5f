import type { Provider } from "@berth/api";
import type { Paint, Style } from "../terminal/style.ts";

export function providerPaint(status: Provider["status"], style: Style): Paint {
  switch (status) {
    case "up":
      return style.green;
    case "degraded":
      return style.yellow;
    case "down":
      return style.red;
    case "unknown":
    case "off":
      return style.dim;
  }
}

/** How long the last look took. */
export function latencyText({ latenciesMs }: Provider): string {
  const last = latenciesMs.at(-1);
  return last === undefined || last === null ? "" : `${last} ms`;
}
