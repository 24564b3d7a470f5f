/**
 * The data plane: takes OpenAI's requests, finds who answers them, and carries bytes both ways. It decides nothing about
 * services and asks nobody per request; it listens nowhere: whoever owns the socket calls `handle`.
 */
export { isForModels, isInference, type OperationName } from "./operation.ts";
export type { ClientRequest, ClientResponse } from "./client.ts";
export { takeFastPath } from "./fast-path/fast-path.ts";
export type { FastPathOptions } from "./fast-path/fast-connection.ts";
export * from "./ports.ts";
export { createGateway, type Gateway, type GatewayOptions, type RequestContext } from "./gateway.ts";
export type { EndpointLoad, EndpointTraffic } from "./endpoint-traffic.ts";
export { endpointAddress, endpointPrefix } from "./endpoint-address.ts";
export { observationOf } from "./observation-of.ts";
export { defaultLimits, type GatewayLimits } from "./limits.ts";
export { type BookMemory, LimitBook, makeBookMemory } from "./key-limits/limit-book.ts";
export { giveBack, makeSharedCount, type SharedCount, SharedLoad } from "./routing/provider-load.ts";
export { type BudgetKind, budgetKinds } from "./key-limits/need.ts";
export { createDiscovery, type ProviderDiscovery } from "./providers/discover/discover.ts";
