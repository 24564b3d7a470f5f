import type { Scaling } from "@berth/api";

/** Copied from the contract, whose module would bring the schema library into the page; a test holds them equal. */
export const usualScaling: Scaling = {
  min: 0,
  max: 1,
  scaledownPeriodSeconds: 900,
  targetPendingRequests: 100,
  queueDelaySeconds: null,
  concurrency: null,
  overflowSeconds: 120,
  rollout: "auto",
};
