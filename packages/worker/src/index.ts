/** Runs handlers: takes an endpoint's jobs from a Berth server, or is called. It holds nothing that outlives the process. */
export type {
  Handler,
  HandlerContext,
  HandlerOptions,
  HandlerRequest,
  ProxyOptions,
  StartOptions,
} from "./handler.ts";
export { HandlerError } from "./handler-error.ts";
export { logger, type LogFields, type Logger, type LogLevel } from "./logger.ts";
export { start, type RunningWorker } from "./start.ts";
