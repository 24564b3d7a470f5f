import type { CreateSummary, SummaryEvent, SummaryPart } from "@berth/api";
import type { World } from "./world.ts";

const partsRead = 12;
const text = "# Orcas\n\nOrcas hunt in **families** and teach their young. Each pod has its own dialect.";

/** Reads twelve parts of whatever it is given, and writes the same summary. */
export async function* summarize(
  body: CreateSummary,
  world: World,
  signal: AbortSignal,
): AsyncGenerator<string> {
  world.lastSummary = body;
  const [first = "document"] = (body.file ?? []).map(({ name }) => name);
  const sourcesOf = (id: number) => [
    { file: first, firstPage: 2 * id + 1, lastPage: 2 * id + 2, headings: [] },
  ];
  const parts: SummaryPart[] = [];
  const tell = (round: number, partsDone: number, partsTotal: number): string =>
    event({
      type: "progress",
      round,
      partsDone,
      partsTotal,
      outputTokens: 40 * partsDone,
      tokensPerSecond: 81.4,
      remainingMs: partsDone === 0 ? null : (partsTotal - partsDone) * 4_000,
    });
  for (let id = 0; id < partsRead && !signal.aborted; id += 1) {
    yield tell(0, id, partsRead);
    await new Promise((resolve) => setTimeout(resolve, 4000 / world.tokensPerSecond));
    while (world.deaf && id === 3 && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 20));
    const part = { id, round: 0, text: `Part ${id + 1} is about orcas.`, sources: sourcesOf(id) };
    parts.push(part);
    yield event({ type: "part", part });
  }
  yield tell(1, 0, 1);
  for (const word of text.split(/(?<= )/)) {
    await new Promise((resolve) => setTimeout(resolve, 1000 / world.tokensPerSecond));
    yield event({ type: "delta", text: word });
  }
  yield event({
    type: "done",
    text,
    model: body.model,
    parts,
    sources: [{ file: first, firstPage: 1, lastPage: 2 * partsRead, headings: [] }],
    finishReason: "stop",
    tokenCount: "exact",
    usage: { calls: partsRead + 1, promptTokens: 14_400, completionTokens: 520 },
    durationMs: 21_000,
  });
}

function event(data: SummaryEvent): string {
  return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
