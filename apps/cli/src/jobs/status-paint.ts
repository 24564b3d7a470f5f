import type { Delivery, JobStatus } from "@berth/api";
import type { Paint, Style } from "../terminal/style.ts";

/** Green is done, red has failed, yellow took too long, grey is over or waits. */
export function jobPaint(status: JobStatus, style: Style): Paint {
  switch (status) {
    case "COMPLETED":
      return style.green;
    case "FAILED":
      return style.red;
    case "TIMED_OUT":
      return style.yellow;
    case "CANCELLED":
    case "QUEUED":
      return style.dim;
    case "RUNNING":
      return style.cyan;
  }
}

export function deliveryPaint(status: Delivery["status"], style: Style): Paint {
  switch (status) {
    case "delivered":
      return style.green;
    case "failed":
      return style.red;
    case "pending":
      return style.cyan;
  }
}
