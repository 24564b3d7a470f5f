/**
 * The control plane: decides what should run and sees that it does. It carries no requests, listens on no socket and
 * reads no environment; launchers, engines and the store come to it as ports.
 */
export type { Handler, HandlerContext, HandlerResult, Handlers } from "./routes/handler.ts";
export { Changes } from "./services/changes.ts";
