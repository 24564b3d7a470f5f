/** The wire contract: resources, routes, error codes and the runner's protocol. Browser-safe; holds no behaviour. */
export * from "./error.ts";
export * from "./error-code.ts";
export * from "./resources/conversation.ts";
export * from "./resources/download.ts";
export * from "./resources/event.ts";
export * from "./resources/key.ts";
export * from "./resources/model.ts";
export * from "./resources/profile.ts";
export * from "./resources/service.ts";
export * from "./resources/session.ts";
export * from "./resources/system.ts";
export * from "./route.ts";
export * from "./routes.ts";
export * from "./routing.ts";
export * from "./runner.ts";
export * from "./schema.ts";
export * from "./tasks.ts";
