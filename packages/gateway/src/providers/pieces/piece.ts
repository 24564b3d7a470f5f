import type { FinishReason, TokenLogprob, ToolCall, Usage } from "../../openai/shapes.ts";

/** A bit of what a model says, as a translator has read it off its server's wire. */
export interface Piece {
  /** Which of several answers to the same question; 0 where there is one. */
  readonly choice?: number;
  readonly text?: string | undefined;
  /** What it thinks before it answers. */
  readonly reasoning?: string | undefined;
  /** Each whole. */
  readonly calls?: readonly ToolCall[] | undefined;
  /** Those that `text` is made of, when they were asked for. */
  readonly tokens?: readonly TokenLogprob[] | undefined;
  /** Nothing more comes of this choice. */
  readonly finish?: FinishReason | undefined;
  /** It has ended at a stop string, and the last token of that may be missing from the end of the text. */
  readonly endsInStop?: boolean | undefined;
  /** Of all choices together. */
  readonly usage?: Usage | undefined;
}
