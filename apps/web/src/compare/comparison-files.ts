import type { ChatMessage } from "@berth/api";
import { saveParameters, type AnswerSettings } from "../chat/parameters.ts";
import { formatUsd } from "../format/money.ts";
import { formatCount } from "../format/size.ts";
import { formatMoment, formatSpan } from "../format/time.ts";
import { roundsOf } from "./columns.ts";
import type { Comparison } from "./comparison.ts";

/** The whole comparison for programs: each column with its settings and messages, and which answers were best. */
export function comparisonJson({ columns, shared, best }: Comparison, at: number): string {
  const value = {
    savedAt: at,
    columns: columns.map(({ model, own, messages }) => ({ model, ...settingsOf(own ?? shared), messages })),
    best: Object.values(best),
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The whole comparison for people, question by question. */
export function comparisonMarkdown({ columns, shared, best }: Comparison, at: number): string {
  const settings = columns.flatMap(({ model, own }) => {
    const { systemPrompt, parameters } = settingsOf(own ?? shared);
    const words = Object.entries(parameters).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
    if (systemPrompt !== "") words.push(`system prompt ${JSON.stringify(systemPrompt)}`);
    return words.length === 0 ? [] : [`- ${model}: ${words.join(", ")}`];
  });
  const rounds = roundsOf(columns).flatMap(({ question, answers }, index) => [
    `## Question ${index + 1}`,
    question.content.replaceAll(/^/gm, "> "),
    ...answers.flatMap(({ column, messages }) =>
      messages.flatMap((message) => [
        `### ${message.role === "tool" ? "Result of a tool" : (message.model ?? column.model)}`,
        ...answerParts(message),
        ...(best[question.id]?.messageId === message.id ? ["**★ called the best**"] : []),
      ]),
    ),
  ]);
  const title = `# ${columns.map(({ model }) => model).join(" · ")}`;
  const parts = [title, formatMoment(at), ...(settings.length === 0 ? [] : [settings.join("\n")]), ...rounds];
  return `${parts.join("\n\n")}\n`;
}

function answerParts(message: ChatMessage): string[] {
  const {
    content,
    error,
    toolCalls = [],
    firstTokenMs,
    tokensPerSecond,
    promptTokens,
    completionTokens,
  } = message;
  const measures = [
    tokensPerSecond === undefined ? "" : `${tokensPerSecond} tok/s`,
    firstTokenMs === undefined ? "" : `${formatSpan(firstTokenMs)} to first token`,
    promptTokens === undefined ? "" : `${formatCount(promptTokens)} tokens in`,
    completionTokens === undefined ? "" : `${formatCount(completionTokens)} tokens out`,
    message.costUsd === undefined ? "" : formatUsd(message.costUsd),
    message.finishReason ?? "",
  ].filter((word) => word !== "");
  return [
    content.trim(),
    ...toolCalls.map((call) => `Calls \`${call.name}\` with \`${call.arguments}\``),
    error === undefined ? "" : `Failed: ${error}`,
    measures.length === 0 ? "" : `*${measures.join(" · ")}*`,
  ].filter((part) => part !== "");
}

function settingsOf({ systemPrompt, parameters }: AnswerSettings) {
  return { systemPrompt: systemPrompt.trim(), parameters: saveParameters(parameters) };
}
