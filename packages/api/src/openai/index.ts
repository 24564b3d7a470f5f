/** OpenAI's shapes as Berth's own engines accept them. Unknown fields are kept, never refused. */
export * from "./chat.ts";
export * from "./completion.ts";
export * from "./embedding.ts";
export * from "./parse-request.ts";
export * from "./reply.ts";
export * from "./rerank.ts";
export * from "./routes.ts";
export * from "./tokenize.ts";
export * from "./transcription.ts";
