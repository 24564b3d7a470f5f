import type {
  ChatCompletion,
  ExtraContent,
  FinishReason,
  TokenLogprob,
  ToolCall,
  Usage,
} from "../../openai/shapes.ts";
import { completionOf } from "../chat-frame.ts";
import type { Frame } from "../pieces/frame.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { usageOf } from "../usage-of.ts";
import type { Answer, AnswerPart, Candidate, SaidLogprob } from "./answer.ts";

/** A whole answer of Gemini's as a completion of OpenAI's. Throws ProviderFailure when there is none in it. */
export function readAnswer(answer: Answer, frame: Frame, newId: () => string): ChatCompletion {
  const refusal = blockedPrompt(answer);
  const usage = readUsage(answer);
  if (refusal !== undefined) {
    const message = { role: "assistant", content: null, refusal } as const;
    return completionOf(frame, [{ index: 0, message, finish_reason: "content_filter" }], usage);
  }
  const candidates = answer.candidates ?? [];
  if (candidates.length === 0)
    throw new ProviderFailure({ kind: "failed", message: "the answer holds no candidate" });
  return completionOf(
    frame,
    candidates.map((candidate) => choiceOf(candidate, newId)),
    usage,
  );
}

function choiceOf(candidate: Candidate, newId: () => string): ChatCompletion["choices"][number] {
  const { text, thought, calls, seal } = readParts(candidate.content?.parts ?? [], newId);
  const logprobs = readLogprobs(candidate);
  return {
    index: candidate.index ?? 0,
    message: {
      role: "assistant",
      content: text === "" && calls.length > 0 ? null : text,
      ...(thought === "" ? {} : { reasoning_content: thought }),
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
      ...seal,
    },
    finish_reason: finishReason(candidate, calls.length > 0) ?? "stop",
    ...(logprobs === undefined ? {} : { logprobs }),
  };
}

export interface ReadParts {
  readonly text: string;
  readonly thought: string;
  readonly calls: readonly ToolCall[];
  /** Of the answer as a whole; that of a call is its own. */
  readonly seal: { readonly extra_content?: ExtraContent };
}

/** `newId`: for calls of models that give them none. Throws ProviderFailure for what a chat has no words for. */
export function readParts(parts: readonly AnswerPart[], newId: () => string): ReadParts {
  let [text, thought] = ["", ""];
  let seal: ReadParts["seal"] = {};
  const calls: ToolCall[] = [];
  for (const part of parts) {
    const own = sealOf(part);
    if (part.functionCall !== undefined) {
      const { id, name = "", args } = part.functionCall;
      const called = { name, arguments: JSON.stringify(args ?? {}) };
      calls.push({ id: id ?? `call_${newId()}`, type: "function", function: called, ...own });
    } else if (part.inlineData !== undefined) {
      const message = `the answer holds ${part.inlineData.mimeType ?? "data"}, and a chat's can only be text`;
      throw new ProviderFailure({ kind: "failed", message });
    } else if (part.thought === true) thought += part.text ?? "";
    else {
      text += part.text ?? "";
      if (own.extra_content !== undefined) seal = own;
    }
  }
  return { text, thought, calls, seal };
}

function sealOf({ thoughtSignature: seal }: AnswerPart): ReadParts["seal"] {
  return seal === undefined ? {} : { extra_content: { google: { thought_signature: seal } } };
}

/** Why nothing is answered at all; `undefined` where something is. */
export function blockedPrompt({ candidates = [], promptFeedback }: Answer): string | undefined {
  const reason = promptFeedback?.blockReason;
  return reason === undefined || candidates.length > 0 ? undefined : `the prompt was blocked: ${reason}`;
}

/** Ends that no model means: what it wrote is of no use. */
const broken = new Set([
  "MALFORMED_FUNCTION_CALL",
  "UNEXPECTED_TOOL_CALL",
  "TOO_MANY_TOOL_CALLS",
  "NO_IMAGE",
]);

/** `undefined` as long as the answer goes on. Throws ProviderFailure when the model has broken. */
export function finishReason(
  { finishReason: reason, finishMessage: told }: Candidate,
  hasCalls: boolean,
): FinishReason | undefined {
  if (reason === undefined || reason === "FINISH_REASON_UNSPECIFIED") return undefined;
  if (reason === "STOP") return hasCalls ? "tool_calls" : "stop";
  if (reason === "MAX_TOKENS") return "length";
  if (!broken.has(reason)) return "content_filter";
  throw new ProviderFailure({
    kind: "failed",
    message: `the model ended with ${reason}: ${told ?? "no more is told"}`,
  });
}

export function readLogprobs({ logprobsResult: said }: Candidate): { content: TokenLogprob[] } | undefined {
  if (said?.chosenCandidates === undefined) return undefined;
  const content = said.chosenCandidates.map((chosen, index) => ({
    ...tokenOf(chosen),
    top_logprobs: (said.topCandidates?.[index]?.candidates ?? []).map(tokenOf),
  }));
  return { content };
}

function tokenOf({ token = "", logProbability = 0 }: SaidLogprob): {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
} {
  return { token, logprob: logProbability, bytes: [...Buffer.from(token)] };
}

export function readUsage({ usageMetadata: said }: Answer): Usage | undefined {
  if (said === undefined) return undefined;
  const { promptTokenCount, toolUsePromptTokenCount = 0 } = said;
  return usageOf({
    input: promptTokenCount === undefined ? undefined : promptTokenCount + toolUsePromptTokenCount,
    cached: said.cachedContentTokenCount,
    cacheWrite: undefined,
    output: said.candidatesTokenCount,
    reasoning: said.thoughtsTokenCount,
    cache: "in input",
    thought: "beside output",
  });
}
