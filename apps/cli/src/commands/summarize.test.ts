import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SummaryEvent } from "@berth/api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startRig } from "../test/rig.ts";
import { sampleService } from "../test/samples.ts";

let folder: string;
let notes: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "berth-summarize-"));
  notes = join(folder, "notes.md");
  await writeFile(notes, "# Ships\nThey lie still.");
});
afterAll(() => rm(folder, { recursive: true }));

const progress = (round: number, partsDone: number, partsTotal: number): SummaryEvent => ({
  type: "progress",
  round,
  partsDone,
  partsTotal,
  outputTokens: 10 * partsDone,
  tokensPerSecond: 41.4,
  remainingMs: partsDone === 0 ? null : 51_000,
});
const done: Extract<SummaryEvent, { type: "done" }> = {
  type: "done",
  text: "Ships lie still.",
  model: "pilot",
  parts: [],
  sources: [{ file: "notes.md", firstPage: null, lastPage: null, headings: ["Ships"] }],
  finishReason: "stop",
  tokenCount: "exact",
  usage: { calls: 3, promptTokens: 300, completionTokens: 30 },
  durationMs: 1_200,
};
const whole: readonly SummaryEvent[] = [
  progress(0, 0, 2),
  progress(0, 1, 2),
  progress(0, 2, 2),
  progress(1, 0, 1),
  { type: "delta", text: "Ships lie " },
  { type: "delta", text: "still." },
  done,
];

/** A server that tells these events, and what it was sent. */
function summarizes(events: readonly object[] = whole) {
  const asked: Record<string, unknown>[] = [];
  return {
    asked,
    listServices: () => ({ data: [sampleService()] }),
    summarize: async ({ body }: { body: object & { readonly file?: readonly File[] | undefined } }) => {
      asked.push({ ...body, file: await Promise.all((body.file ?? []).map((file) => file.text())) });
      return events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
    },
  };
}

test("the text comes alone on standard output, by the only model that runs; progress on standard error", async () => {
  const server = summarizes();
  await using rig = await startRig(server);
  const run = await rig.run(["summarize", notes]);
  expect(run).toMatchObject({ code: 0, stdout: "Ships lie still.\n" });
  expect(run.stderr).toBe("reading\nread 0 %\nread 50 %\nread 100 %\nmerged 0 %, round 1\n");
  expect(server.asked).toEqual([{ model: "pilot", parallel: 10, file: ["# Ships\nThey lie still."] }]);
});

test("what is wished for is sent", async () => {
  const server = summarizes();
  await using rig = await startRig(server);
  const wishes = [
    "--ask",
    "Who?",
    "--parallel",
    "3",
    "--max-tokens",
    "99",
    "--part-tokens",
    "500",
    "--context-tokens",
    "8192",
  ];
  await rig.run(["summarize", notes, "--model", "big", ...wishes]);
  expect(server.asked[0]).toMatchObject({
    model: "big",
    ask: "Who?",
    parallel: 3,
    maxOutputTokens: 99,
    partTokens: 500,
    contextTokens: 8192,
  });
});

test("--json is all of the result", async () => {
  await using rig = await startRig(summarizes());
  const { stdout } = await rig.run(["summarize", notes, "--json"]);
  expect(JSON.parse(stdout)).toEqual({ ...done, type: undefined });
});

test("--output writes a file, and a text that was cut off is told", async () => {
  await using rig = await startRig(summarizes([{ ...done, finishReason: "length" }]));
  const output = join(folder, "summary.md");
  const run = await rig.run(["summarize", notes, "-o", output]);
  expect(run).toMatchObject({ code: 0, stdout: `✔ Wrote ${output}\n` });
  expect(run.stderr).toContain("the text was cut off; raise --max-tokens");
  expect(await readFile(output, "utf8")).toBe("Ships lie still.\n");
});

describe("failures", () => {
  test.each([
    ["a file that is not there", ["/nonexistent.pdf"], whole, 2, "/nonexistent.pdf cannot be read: ENOENT"],
    [
      "an error on the way",
      [],
      [{ error: { message: "notes.md: no", code: "upstream_failed" } }],
      1,
      "berth: notes.md: no",
    ],
    ["an answer without an end", [], [progress(0, 0, 2)], 1, "the summary broke off"],
  ])("%s", async (_, words, events, code, said) => {
    await using rig = await startRig(summarizes(events));
    const run = await rig.run(["summarize", ...(words.length === 0 ? [notes] : words)]);
    expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(said) as string]);
  });
});
