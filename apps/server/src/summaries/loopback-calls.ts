import { BerthError, errorCodes, type ErrorCode } from "@berth/api";
import { createClient, isBerthApiError, type BerthApiError, type Client } from "@berth/client";
import { ModelCallFailure, type ChatPiece, type ModelCalls } from "@berth/summarize";

export interface LoopbackOptions {
  /** This server's own address. */
  readonly url: string;
  /** What the caller has shown: everything is called in his name. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Each call's own id is this with a number. */
  readonly requestId: string;
}

/** Who wants to be left alone for longer than this has a budget that is spent. */
const longestWaitMs = 5 * 60_000;
const wordsOfTooLong = /context (?:length|size|window)|maximum .*tokens|too (?:long|many tokens)/i;

/**
 * Calls models by this server's own inference API, as its caller: his key, his limits, his name in the books. Nothing is
 * reached that he could not reach himself.
 */
export function loopbackCalls({ url, credentials, requestId }: LoopbackOptions): ModelCalls {
  let calls = 0;
  const client = (): Client => {
    calls += 1;
    return createClient({
      baseUrl: url,
      headers: { ...credentials, "x-request-id": `${requestId}.${calls}` },
    });
  };
  return {
    async contextTokens(model, signal) {
      const found = await client()
        .getCallableModel(model, { signal })
        .catch((error: unknown) => {
          throw isBerthApiError(error) ? asBerthError(error) : error;
        });
      return typeof found["context_length"] === "number" ? found["context_length"] : undefined;
    },
    async countTokens(model, text, signal) {
      try {
        // each server reads the name that it knows
        const asked = { model, content: text, prompt: text, inputs: text };
        const reply = await client().tokenize(asked, { signal });
        if (Array.isArray(reply)) return reply.length;
        return reply.count ?? reply.tokens.length;
      } catch {
        signal.throwIfAborted();
        return undefined; // whatever the reason: an estimate does, too
      }
    },
    async *chat({ model, prompt, maxOutputTokens }, signal): AsyncGenerator<ChatPiece> {
      const request = {
        model,
        messages: [{ role: "user" as const, content: prompt }],
        max_tokens: maxOutputTokens,
      };
      let end: Extract<ChatPiece, { kind: "end" }> = { kind: "end" };
      try {
        for await (const { choices, usage } of client().streamChatCompletion(request, { signal })) {
          const [choice] = choices;
          if (usage !== null && usage !== undefined)
            end = { ...end, promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens };
          const finishReason = choice?.finish_reason ?? end.finishReason;
          end = { ...end, finishReason };
          const text = choice?.delta.content ?? "";
          if (text !== "") yield { kind: "text", text };
        }
      } catch (error) {
        throw isBerthApiError(error) ? failureOf(error) : error;
      }
      yield end;
    },
  };
}

/** What becomes of a call that was refused or broke off. */
export function failureOf(error: BerthApiError): ModelCallFailure {
  const code = knownCode(error.code);
  const { message, status } = error;
  if (code === "context_length_exceeded" || (status >= 400 && status < 500 && wordsOfTooLong.test(message)))
    return new ModelCallFailure("too-long", message, { code: "context_length_exceeded", cause: error });
  const told = error.details?.["retryAfterSeconds"];
  const retryAfterMs = error.retryAfterMs ?? (typeof told === "number" ? told * 1000 : undefined);
  const passes =
    status === 0 || status === 408 || status === 429 || status >= 500 || error.code === "connection_lost";
  const later = status === 429 ? "busy" : "try-again";
  const kind = passes && (retryAfterMs ?? 0) <= longestWaitMs ? later : "refused";
  return new ModelCallFailure(kind, message, { code, retryAfterMs, cause: error });
}

function asBerthError(error: BerthApiError): BerthError {
  return new BerthError(knownCode(error.code), error.message, {
    param: error.param,
    details: error.details,
    cause: error,
  });
}

function knownCode(code: string): ErrorCode {
  return Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : "upstream_failed";
}
