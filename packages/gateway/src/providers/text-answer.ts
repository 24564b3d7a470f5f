import type { FinishReason, Usage } from "../openai/shapes.ts";
import { chatOfPieces } from "./pieces/chat-of-pieces.ts";
import { completionOfPieces } from "./pieces/completion-of-pieces.ts";
import { cutPieces } from "./pieces/cut-pieces.ts";
import type { Piece } from "./pieces/piece.ts";
import type { ProviderAnswer, ProviderCall } from "./provider.ts";

export interface TextEnds {
  /** The answer is cut where the first of them begins, whatever the server does with them. */
  readonly stops: readonly string[];
  /** One that comes first is no part of the answer. */
  readonly spaceBeforeAnswer: boolean;
}

/** The answer of a server that answers with one text. It is left early, when a stop string has come or nobody reads on. */
export function answerText(
  call: ProviderCall,
  pieces: AsyncIterable<Piece>,
  { stops, spaceBeforeAnswer }: TextEnds,
): Promise<ProviderAnswer> {
  const cut = cutPieces(pieces, { stops, dropsFirstSpace: spaceBeforeAnswer, choices: 1 });
  return call.operation === "chat" ? chatOfPieces(call, cut) : completionOfPieces(call, cut);
}

/** How an answer has ended, where the server tells nothing but what it has counted. */
export function finishBy(usage: Usage | undefined, maxTokens: number | undefined): FinishReason {
  const written = usage?.completion_tokens;
  return maxTokens !== undefined && written !== undefined && written >= maxTokens ? "length" : "stop";
}
