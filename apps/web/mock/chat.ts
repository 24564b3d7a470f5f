import { setTimeout as pause } from "node:timers/promises";
import { BerthError } from "@berth/api";
import type { ChatRequest } from "@berth/api/openai";
import type { World } from "./world.ts";

/** What the mock model says, chosen by a word in the question. */
const answers: readonly { about: RegExp; text: string }[] = [
  { about: /long/i, text: longAnswer() },
  { about: /trust/i, text: distrustedAnswer() },
  { about: /markdown|table|code/i, text: markdownAnswer() },
  {
    about: /./,
    text: "I am a mock: I say the same whatever is asked. Orcas hunt in families and teach their young.",
  },
];

/** The server-sent events of one streamed answer, in OpenAI's form, held and paced as the world says. */
export async function* streamChat(
  request: ChatRequest,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const question = lastText(request);
  if (/refuse/i.test(question))
    throw new BerthError(
      "context_length_exceeded",
      "the prompt has 5,120 tokens, the context 4,096; shorten it",
      {
        param: "messages",
      },
    );
  if (world.held !== undefined) {
    const until = performance.now() + world.held.forMs;
    while (performance.now() < until) {
      yield `: ${world.held.reason}\n\n`;
      await pause(150, undefined, { signal });
    }
  }
  const base = {
    id: "chatcmpl-mock",
    object: "chat.completion.chunk",
    created: 0,
    model: request.model ?? "mock",
  };
  const chunk = (delta: object, finish_reason: string | null = null): string =>
    `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
  yield chunk({ role: "assistant", content: "" });
  let tokens = 0;
  let dueMs = performance.now();
  if ((request.tools?.length ?? 0) > 0 && request.messages.at(-1)?.role !== "tool") {
    const name = request.tools?.[0]?.function.name ?? "tool";
    yield chunk({
      tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name, arguments: "" } }],
    });
    for (const part of ['{"ci', 'ty": "Ber', 'gen", "days": 3}']) {
      tokens += 1;
      yield chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] });
    }
    yield chunk({}, "tool_calls");
  } else {
    const text = answers.find((answer) => answer.about.test(question))?.text ?? "";
    for (const word of text.split(/(?<=\s)/)) {
      tokens += 1;
      // by the clock, not by the word: timers are too coarse for hundreds a second
      dueMs += 1000 / world.tokensPerSecond;
      const earlyMs = dueMs - performance.now();
      if (earlyMs > 1) await pause(earlyMs, undefined, { signal });
      yield chunk({ content: word });
      if (/die/i.test(question) && tokens === 6) {
        yield `data: ${JSON.stringify(new BerthError("engine_died", "the engine ended with signal SIGKILL while it answered").toBody())}\n\n`;
        return;
      }
    }
    yield chunk({}, "stop");
  }
  const usage = {
    prompt_tokens: 24,
    completion_tokens: tokens,
    total_tokens: 24 + tokens,
    ...(world.costUsd === undefined ? {} : { cost: world.costUsd }),
  };
  yield `data: ${JSON.stringify({ ...base, choices: [], usage })}\n\n`;
  yield "data: [DONE]\n\n";
}

function lastText(request: ChatRequest): string {
  const last = request.messages.findLast((message) => message.role === "user")?.content;
  return typeof last === "string" ? last : "";
}

function longAnswer(): string {
  return Array.from(
    { length: 60 },
    (_, index) =>
      `Paragraph ${index + 1}. ${"Sea birds return to the same ledge every spring. ".repeat(5)}\n\n`,
  ).join("");
}

function markdownAnswer(): string {
  return `## Counting birds

Three ways, from *slow* to **fast**:

1. by eye
2. by \`Array.prototype.reduce\`
3. by a [database](https://example.org/db "a link")

\`\`\`typescript
// counts each kind once
export function countBirds(seen: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const bird of seen) counts.set(bird, (counts.get(bird) ?? 0) + 1);
  return counts; // a line that is rather long, so that it has to scroll sideways on a narrow screen
}
\`\`\`

| bird | ledge | seen in the spring | seen in the autumn | remarks |
| --- | ---: | ---: | ---: | --- |
| kittiwake | 12 | 1,024 | 3 | leaves early |
| gannet | 3 | 88 | 61 | stays |

> Counted by hand, on a windy day.

- [x] eggs
- [ ] chicks
`;
}

/** What a model might write, by mistake or because somebody made it. */
function distrustedAnswer(): string {
  return `<script>alert("never")</script> <b onclick="x()">raw html</b>

[not a link](javascript:alert(1)) ![a picture](https://example.org/seen.png)

${markdownAnswer()}`;
}
