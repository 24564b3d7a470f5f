import type { ServiceStatus } from "@berth/api";
import type { Paint, Style } from "../terminal/style.ts";

/** Green is well, red has failed, yellow needs a look, grey is over. */
export function statusPaint(status: ServiceStatus, style: Style): Paint {
  switch (status) {
    case "HEALTHY":
      return style.green;
    case "FAILED":
    case "TIMEOUT":
    case "PREEMPTED":
      return style.red;
    case "UNHEALTHY":
      return style.yellow;
    case "STOPPED":
    case "STOPPING":
      return style.dim;
    case "SUBMITTED":
    case "PENDING":
    case "STARTING":
      return style.cyan;
  }
}
