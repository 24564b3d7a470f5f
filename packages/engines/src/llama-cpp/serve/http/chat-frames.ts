import type { ChatLogprob } from "./chat-logprobs.ts";
import type { Usage } from "./usage.ts";

export type ChatFinishReason = "stop" | "length" | "tool_calls";

export interface FrameHead {
  readonly id: string;
  readonly created: number;
  readonly model: string;
  /** The client asked for usage: every chunk says `"usage":null`, and one more tells it. */
  readonly includeUsage: boolean;
}

/** The chunks of a streamed chat answer. All that does not change is written once: a token costs one short concatenation. */
export class ChatFrames {
  readonly #head: string;
  readonly #tail: string;

  constructor({ id, created, model, includeUsage }: FrameHead) {
    const head = { id, object: "chat.completion.chunk", created, model };
    this.#head = `data: ${JSON.stringify(head).slice(0, -1)},"choices":[`;
    this.#tail = includeUsage ? '],"usage":null}\n\n' : "]}\n\n";
  }

  role(index: number): string {
    return this.#choice(index, '"role":"assistant","content":""');
  }

  content(index: number, text: string, logprobs?: readonly ChatLogprob[]): string {
    return this.#choice(
      index,
      `"content":${JSON.stringify(text)}`,
      logprobs === undefined ? "null" : JSON.stringify({ content: logprobs, refusal: null }),
    );
  }

  callStart(index: number, call: number, id: string, name: string): string {
    return this.#call(index, { index: call, id, type: "function", function: { name, arguments: "" } });
  }

  callArguments(index: number, call: number, text: string): string {
    return this.#call(index, { index: call, function: { arguments: text } });
  }

  finish(index: number, reason: ChatFinishReason): string {
    return this.#choice(index, "", "null", `"${reason}"`);
  }

  usage(usage: Usage): string {
    return `${this.#head}],"usage":${JSON.stringify(usage)}}\n\n`;
  }

  #call(index: number, call: object): string {
    return this.#choice(index, `"tool_calls":[${JSON.stringify(call)}]`);
  }

  #choice(index: number, delta: string, logprobs = "null", finishReason = "null"): string {
    return `${this.#head}{"index":${index},"delta":{${delta}},"logprobs":${logprobs},"finish_reason":${finishReason}}${this.#tail}`;
  }
}
