/** What is read of Gemini's answers; more may be there. A stream is of such answers, each with some of the parts. */

export interface AnswerPart {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string;
  readonly functionCall?: { readonly id?: string; readonly name?: string; readonly args?: unknown };
  readonly inlineData?: { readonly mimeType?: string };
}

export interface SaidLogprob {
  readonly token?: string;
  readonly logProbability?: number;
}

export interface Candidate {
  readonly index?: number;
  readonly content?: { readonly parts?: readonly AnswerPart[] };
  readonly finishReason?: string;
  readonly finishMessage?: string;
  readonly logprobsResult?: {
    readonly chosenCandidates?: readonly SaidLogprob[];
    readonly topCandidates?: readonly { readonly candidates?: readonly SaidLogprob[] }[];
  };
}

export interface Answer {
  readonly responseId?: string;
  readonly candidates?: readonly Candidate[];
  readonly promptFeedback?: { readonly blockReason?: string };
  readonly usageMetadata?: {
    readonly promptTokenCount?: number;
    readonly toolUsePromptTokenCount?: number;
    readonly cachedContentTokenCount?: number;
    readonly candidatesTokenCount?: number;
    readonly thoughtsTokenCount?: number;
  };
}
