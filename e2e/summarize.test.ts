import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SummaryEvent } from "@berth/api";
import { tinyDocx, tinyPdf } from "@berth/testing/tiny-documents";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listServices, startBerth, top, waitForService, type Berth } from "./berth-process.ts";
import { launch } from "./demo-models.ts";
import { runProgram, type Ended } from "./run-program.ts";
import { until } from "./until.ts";

const parallel = 4;

let berth: Berth;
let folder: string;
let paper: string;
let letter: string;

beforeAll(async () => {
  berth = await startBerth();
  folder = await mkdtemp(join(tmpdir(), "berth-e2e-summarize-"));
  paper = join(folder, "paper.pdf");
  letter = join(folder, "letter.docx");
  const page = (number: number): string[] =>
    Array.from({ length: 40 }, (_, line) => `Line ${line} of page ${number} tells of ships in the harbour.`);
  await writeFile(paper, tinyPdf(Array.from({ length: 12 }, (_, index) => page(index + 1))));
  await writeFile(
    letter,
    tinyDocx([
      { text: "Greetings", style: "Heading1" },
      { text: "The captain, Rosa, sends her regards from Oslo." },
    ]),
  );
  const script = join(top, "packages/testing/src/paced-model-main.ts");
  await launch(berth, {
    name: "paced",
    model: "paced-model",
    image: "command",
    command: { argv: [process.execPath, script, "{port}", "100", "20", "20"], healthPath: "/health" },
  });
});
afterAll(async () => {
  await berth.dispose();
  await rm(folder, { recursive: true, force: true });
});

function summarize(...words: readonly string[]): Promise<Ended> {
  return runProgram([join(top, "bin/berth"), "--home-dir", berth.home, "summarize", ...words]);
}

interface Stats {
  readonly running: number;
  readonly most: number;
  readonly answered: number;
  readonly cancelled: number;
  readonly prompts: readonly string[];
}

async function stats(): Promise<Stats> {
  const port = (await listServices(berth)).find(({ name }) => name === "paced")?.port ?? 0;
  const response = await fetch(`http://127.0.0.1:${port}/stats`, {
    headers: { authorization: `Bearer ${berth.adminKey}` },
  });
  return (await response.json()) as Stats;
}

type Done = Extract<SummaryEvent, { type: "done" }>;

describe("berth summarize", () => {
  test("reads a PDF and a Word document in parts, some at once, and streams one text", async () => {
    const run = await summarize(
      paper,
      letter,
      "--model",
      "paced",
      "--parallel",
      String(parallel),
      "--part-tokens",
      "500",
      "--json",
    );
    expect({ code: run.exitCode, stderr: run.stderr }).toMatchObject({ code: 0 });
    const result = JSON.parse(run.stdout) as Omit<Done, "type">;
    const { most, prompts } = await stats();
    expect(most).toBe(parallel);
    expect(prompts).toHaveLength(result.usage.calls);
    expect(result.parts.length).toBeGreaterThan(parallel);
    expect(result.parts[0]?.sources).toMatchObject([{ file: "paper.pdf", firstPage: 1 }]);
    expect(result.parts.at(-1)?.sources.at(-1)).toMatchObject({
      file: "letter.docx",
      headings: ["Greetings"],
    });
    expect(result.text).toMatch(/^word0 word1 .* word19$/);
    expect(result.tokenCount).toBe("exact");
    // every line of both was read once
    const read = prompts.join("\n");
    expect(read.match(/Line 39 of page \d+ /g)).toHaveLength(12);
    expect(read).toContain("The captain, Rosa, sends her regards from Oslo.");
    expect(run.stderr).toMatch(/^reading\nread 0 %\n[^]*read 100 %\nmerged 0 %, round 1\n/);
  });

  test("answers a question from the documents", async () => {
    const before = (await stats()).prompts.length;
    const run = await summarize(letter, "--model", "paced", "--ask", "Where is Rosa?");
    expect(run).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^word0 .* word19\n$/) as string,
    });
    const [prompt, ...others] = (await stats()).prompts.slice(before);
    expect(others).toEqual([]);
    expect(prompt).toContain("Where is Rosa?");
    expect(prompt).toContain("sends her regards from Oslo");
  });

  test("asks a real engine, whose own tokenizer counts", async () => {
    await waitForService(berth, "pilot");
    const output = join(folder, "summary.md");
    const run = await summarize(
      letter,
      paper,
      "--model",
      "pilot",
      "--parallel",
      "2",
      "--max-tokens",
      "24",
      "-o",
      output,
    );
    expect({ code: run.exitCode, stderr: run.stderr }).toMatchObject({ code: 0 });
    expect(await readFile(output, "utf8")).toMatch(/\S/);
  });

  test("Ctrl-C cancels every call", async () => {
    const words = ["--home-dir", berth.home, "summarize", paper, "--model", "paced", "--part-tokens", "500"];
    const child = spawn(join(top, "bin/berth"), words, { stdio: "ignore" });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await until("calls to run", async () => ((await stats()).running > 1 ? true : undefined));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    const after = await until("them to end", async () => {
      const told = await stats();
      return told.running === 0 ? told : undefined;
    });
    expect(after.cancelled).toBeGreaterThan(1);
    expect(after.prompts).toHaveLength(after.answered + after.cancelled);
  });

  test.each([
    [
      "a file that is encrypted",
      "locked.pdf",
      tinyPdf([["Secret."]], { encrypted: true }),
      "locked.pdf: it is encrypted; save it without a password",
    ],
    ["a picture", "photo.jpg", Buffer.from("ffd8ffe0", "hex"), "photo.jpg: it is no text in UTF-8"],
  ])("refuses %s, and names it", async (_, name, bytes, said) => {
    await writeFile(join(folder, name), bytes);
    const run = await summarize(join(folder, name), "--model", "paced");
    expect(run).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(said) as string });
  });
});

test("a key is good for its models, and for no others by way of a summary", async () => {
  const created = await berth.fetch("/api/v1/keys", {
    method: "POST",
    body: JSON.stringify({ name: "only-pilot", models: ["pilot"] }),
  });
  const { key } = (await created.json()) as { key: string };
  const ask = (model: string, auth: string): Promise<Response> =>
    berth.fetch("/api/v1/summarize", {
      method: "POST",
      headers: { authorization: `Bearer ${auth}` },
      body: JSON.stringify({
        model,
        texts: [{ name: "note", text: "Ships lie still." }],
        maxOutputTokens: 16,
      }),
    });
  expect((await ask("pilot", key)).status).toBe(200);
  expect((await ask("paced", key)).status).toBe(404);
  expect((await ask("pilot", "sk-berth-unknown")).status).toBe(401);
});
