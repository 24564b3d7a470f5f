/**
 * Summaries and answers out of documents that are longer than a model's context: reads files, packs them into calls,
 * and merges what these write. It knows no server: whoever calls it says how a model is asked.
 */
export { readInProcess, type ReaderOptions } from "./documents/read-in-process.ts";
export type { Atom, DocumentFile } from "./documents/document.ts";
export { ModelCallFailure, type ChatCall, type ChatPiece, type ModelCalls } from "./model-calls.ts";
export {
  prepareSummary,
  type PreparedSummary,
  type SummaryJob,
  type SummaryWorld,
} from "./prepare-summary.ts";
export type { Wish } from "./prompts.ts";
export { runSummary } from "./run-summary.ts";
