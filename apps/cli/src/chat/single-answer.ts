import type { Cli } from "../cli.ts";
import { untilInterrupted } from "../interrupt.ts";
import { plainText } from "../terminal/plain-text.ts";
import { StatusLine } from "../terminal/status-line.ts";
import { describeStats, readAnswer, type Message } from "./answer.ts";
import type { ChatStart } from "./terminal-chat.ts";

/** One question, one answer on standard output as it comes; nothing else goes there. */
export async function answerOnce(cli: Cli, start: ChatStart, text: string): Promise<void> {
  const { io, options } = cli;
  const messages: Message[] = [
    ...(start.system === undefined ? [] : [{ role: "system" as const, content: start.system }]),
    { role: "user", content: text },
  ];
  const waiting = new StatusLine(io.stderr);
  const json = options.json === true;
  try {
    const answer = await untilInterrupted("stopped", (signal) =>
      readAnswer(
        cli.client().streamChatCompletion(
          { ...start.sampling, model: start.model, messages },
          {
            signal,
            onComment: (comment) =>
              waiting.show(comment === "" ? "waiting" : comment, "waiting for the model"),
          },
        ),
        {
          onText: (piece) => {
            waiting.clear();
            // A file or program gets every byte, a terminal no commands.
            if (!json) io.stdout.write(io.stdout.isTTY ? plainText(piece) : piece);
          },
        },
        () => performance.now(),
      ),
    );
    if (json)
      return cli.printJson({
        model: start.model,
        content: answer.text,
        finishReason: answer.finishReason ?? null,
        usage: answer.usage ?? null,
        ...answer.stats,
      });
    if (!answer.text.endsWith("\n")) cli.print("");
    if (io.stderr.isTTY || options.verbose === true) cli.note(describeStats(answer.stats));
  } finally {
    waiting.clear();
  }
}
