import type { BerthError } from "@berth/api";
import { openAiDialect } from "../dialect.ts";
import type { IngressRenderer } from "../ingress/ingress.ts";
import type { ChatChunk, TextCompletion } from "./shapes.ts";

/** For callers of OpenAI's own API, whose upstream speaks something else. */
export function openAiRenderer(wantsUsage: boolean): IngressRenderer {
  return {
    whole: (answer) => answer,
    contentType: openAiDialect.contentType,
    chunk: (chunk: ChatChunk | TextCompletion) => {
      if (!wantsUsage && chunk.choices.length === 0) return "";
      if (wantsUsage || chunk.usage === undefined) return event(chunk);
      // not asked for
      const { usage: _usage, ...others } = chunk;
      return event(others);
    },
    restart: () => {},
    end: () => "data: [DONE]\n\n",
    failed: (error: BerthError) => openAiDialect.failed(error),
    ping: () => ": waiting\n\n",
  };
}

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}
