import type { RequestDetails } from "@berth/api";
import type { Command } from "commander";
import type { Cli } from "../../cli.ts";
import { addExamples } from "../../help.ts";
import { renderFacts } from "../../terminal/facts.ts";
import { relativeTime } from "../../terminal/relative-time.ts";
import { money, timeSpan } from "../../usage/figures.ts";
import { answeredBy, keyNames, statusText } from "../../usage/request-columns.ts";

export function define(command: Command, cli: Cli): void {
  command.argument("<id>", "its `x-request-id`").action(async (id: string) => {
    const client = cli.client();
    const request = await client.getRequest({ params: { id } });
    if (cli.options.json === true) return cli.printJson(request);
    const nameOf = keyNames((await client.listKeys()).data);
    for (const line of renderFacts(facts(request, nameOf(request.keyId), cli.io.now()), cli.style.dim))
      cli.print(line);
    for (const [title, text] of [
      ["Request", request.request],
      ["Answer", request.response],
    ] as const) {
      if (text === null) continue;
      cli.print(`\n${cli.style.bold(title)}`);
      cli.printPlain(text);
    }
    if (!request.hasBodies)
      cli.note("What was said is not kept: `berth key update KEY --log-bodies` keeps it from now on.");
  });
  addExamples(command, {
    "berth request show req-9a76638b-0bf4-404b-a20c-83429fbd0dd8": "its counts, times and cost",
    "berth request show req-9a76638b-0bf4-404b-a20c-83429fbd0dd8 --json": "every field",
  });
}

function facts(request: RequestDetails, key: string, nowMs: number): (readonly [string, string | null])[] {
  const count = (value: number | null): string | null => (value === null ? null : String(value));
  const { startedAt, tokensFrom } = request;
  return [
    ["id", request.id],
    ["began", `${relativeTime(startedAt, nowMs)} (${new Date(startedAt).toISOString()})`],
    ["key", key],
    ["operation", request.stream ? `${request.operation} (streamed)` : request.operation],
    ["model", request.model],
    ["route", request.route],
    ["answered by", answeredBy(request)],
    ["upstream's name", request.upstreamModel],
    ["status", statusText(request)],
    ["tries", String(request.tries)],
    ["input tokens", count(request.inputTokens)],
    ["of them cached", count(request.cachedTokens)],
    ["output tokens", count(request.outputTokens)],
    ["of them thought", count(request.reasoningTokens)],
    [
      "counted by",
      tokensFrom === "none" ? null : tokensFrom === "upstream" ? "whoever answered" : "an estimate",
    ],
    ["first token", request.firstTokenMs === null ? null : timeSpan(request.firstTokenMs)],
    ["duration", timeSpan(request.durationMs)],
    ["waited", request.heldMs === 0 ? null : timeSpan(request.heldMs)],
    ["own overhead", `${Math.round(request.overheadMs * 1000)} µs`],
    ["cost", request.costUsd === null ? null : money(request.costUsd)],
    ["GPU-seconds", count(request.gpuSeconds)],
  ];
}
