/** Typed calls to every management and inference route, for browsers and Node. It keeps no state and retries nothing. */
export type { PathCall, PathMethods, PathReply } from "./any-path.ts";
export type { CallRequest, CallResult, ManagementMethods } from "./call.ts";
export type { ChatChunk } from "./chat-stream.ts";
export { createClient, type Client, type ClientOptions } from "./client.ts";
export { BerthApiError, errorFromBody, isBerthApiError, type TransportCode } from "./error.ts";
export type { FormFile } from "./form-body.ts";
export type {
  CallableModel,
  CallOptions,
  ChatCompletion,
  Completion,
  EmbeddingList,
  InferenceMethods,
  JsonForm,
  RerankReply,
  StreamOptions,
  TextForm,
} from "./inference.ts";
export { readEvents, SseParser, type OnComment, type OnEventId, type SseEvent } from "./sse.ts";
export type { Fetch } from "./transport.ts";
