import { join } from "node:path";
import { median } from "./figures.ts";
import { pilot, startPilot } from "./pilot.ts";
import type { Bar, Report } from "./report.ts";
import { streamChat, targetAt, type ChatTarget } from "./streamed-chat.ts";

const mostAddedMs = 1;
const warmUps = 40;
const pairs = 300;
const question = { role: "user", content: "What is the capital of France?" };

/** What gateway and runner add before the first token, and what a chat's second turn evaluates again. */
export async function firstToken(): Promise<Report> {
  await using running = await startPilot();
  const direct = targetAt({ socketPath: join(running.launchDir, "engine.sock") });
  const directMs: number[] = [];
  const throughMs: number[] = [];
  for (let round = -warmUps; round < pairs; round += 1) {
    // who goes first changes, so that neither profits from the other's wake
    const order: readonly (readonly [ChatTarget, number[]])[] = [
      [direct, directMs],
      [running.target, throughMs],
    ];
    for (const [target, taken] of round % 2 === 0 ? order : order.toReversed()) {
      const { firstTokenMs } = await streamChat(target, chat([question], 1));
      if (round >= 0) taken.push(firstTokenMs);
    }
  }
  const addedMs = median(throughMs) - median(directMs);
  const second = await secondTurn(running.target);
  return {
    title: `first token: time to the first token of one stream, p50 of ${pairs} pairs taken in turns`,
    head: ["", "ms"],
    rows: [
      ["at the engine's own socket", median(directMs).toFixed(2)],
      ["client -> gateway -> runner -> engine", median(throughMs).toFixed(2)],
      ["added", addedMs.toFixed(2)],
    ],
    notes: [
      `a chat's second turn: ${second.promptTokens} tokens in the prompt, ${second.cachedTokens} known from the first turn, ${second.evaluatedTokens} evaluated`,
    ],
    bars: [
      {
        fact: `gateway and runner add at most ${mostAddedMs} ms (p50)`,
        measured: `${addedMs.toFixed(2)} ms`,
        holds: addedMs <= mostAddedMs,
      },
      second.bar,
    ],
  };
}

function chat(messages: readonly object[], maxTokens: number): object {
  return { model: pilot, messages, max_tokens: maxTokens, temperature: 0 };
}

interface SecondTurn {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly evaluatedTokens: number;
  readonly bar: Bar;
}

async function secondTurn(target: ChatTarget): Promise<SecondTurn> {
  const opening = { role: "user", content: "Tell me a story about a fox." };
  const first = await streamChat(target, chat([opening], 100));
  const answer = { role: "assistant", content: first.text };
  const second = await streamChat(target, chat([opening, answer, question], 20));
  const { promptTokens, cachedTokens } = second;
  const newTokens = promptTokens - first.promptTokens - first.completionTokens;
  const evaluatedTokens = promptTokens - cachedTokens;
  return {
    promptTokens,
    cachedTokens,
    evaluatedTokens,
    bar: {
      fact: "a second turn evaluates only the new tokens",
      measured: `${evaluatedTokens} evaluated, ${newTokens} new`,
      holds: evaluatedTokens <= newTokens,
    },
  };
}
