import { lazy } from "react";
import { fetchPart } from "../parts/fetch-part.ts";

/** What an endpoint's page holds beside its overview, each fetched when its tab is first opened. */
export const Deployments = lazy(async () => ({
  default: (await fetchPart(() => import("./deployments.tsx"))).Deployments,
}));
export const EndpointLogs = lazy(async () => ({
  default: (await fetchPart(() => import("./endpoint-logs.tsx"))).EndpointLogs,
}));
export const EndpointSettings = lazy(async () => ({
  default: (await fetchPart(() => import("./endpoint-settings.tsx"))).EndpointSettings,
}));
export const QueueCard = lazy(async () => ({
  default: (await fetchPart(() => import("./queue-card.tsx"))).QueueCard,
}));
