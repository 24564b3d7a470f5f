import type { DeploymentStatus, EndpointStatus } from "@berth/api";
import type { Paint, Style } from "../terminal/style.ts";

/** Green is well, red has failed, yellow needs a look, grey rests. */
export function endpointPaint(status: EndpointStatus, style: Style): Paint {
  switch (status) {
    case "HEALTHY":
      return style.green;
    case "FAILED":
      return style.red;
    case "UNHEALTHY":
      return style.yellow;
    case "CREATED":
    case "SCALED_DOWN":
    case "PAUSED":
      return style.dim;
    case "DEPLOYING":
    case "STARTING":
      return style.cyan;
  }
}

export function deploymentPaint(status: DeploymentStatus, style: Style): Paint {
  switch (status) {
    case "COMPLETED":
      return style.green;
    case "FAILED":
      return style.red;
    case "CANCELLED":
      return style.dim;
    case "DEPLOYING":
      return style.cyan;
  }
}
