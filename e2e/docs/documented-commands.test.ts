import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { top } from "../berth-process.ts";
import { firstDifference } from "./loose-match.ts";
import { notRun } from "./not-run.ts";
import { guidePages, readBlocks, readCommands, type Block, type Language } from "./page.ts";
import { startReader, type Reader } from "./reader.ts";
import { snippetCommand } from "./snippet.ts";
import type { Shell } from "./shell.ts";

const hasPython = existsSync(join(top, ".tools/venv/bin/python"));
const canRun: Readonly<Record<Language, boolean>> = { sh: true, python: hasPython, ts: true };

let reader: Reader;
beforeAll(async () => {
  reader = await startReader();
});
afterAll(() => reader.leave());

const pages = guidePages().map((page) => ({
  page,
  blocks: readBlocks(page).filter(({ words }) => !words.includes("norun")),
}));

describe.for(pages.filter(({ blocks }) => blocks.length > 0))("$page", ({ page, blocks }) => {
  let shell: Shell;
  beforeAll(async () => {
    shell = await reader.openShell(page);
  });
  afterAll(() => shell.close());

  for (const block of blocks) {
    test.skipIf(!canRun[block.language])(`line ${block.line}: ${firstLine(block)}`, async () => {
      const printed = await runBlock(shell, block);
      if (block.output !== undefined) expect(firstDifference(block.output, printed)).toBeUndefined();
    });
  }
});

test("what is not run is listed with its reason, and nothing else is", () => {
  const marked = guidePages()
    .flatMap((page) => readBlocks(page))
    .filter(({ words }) => words.includes("norun"))
    .map((block) => ({ page: block.page, first: firstLine(block) }));
  expect(marked).toEqual(notRun.map(({ page, first }) => ({ page, first })));
});

/** Resolves with what it printed, in the guide's words. */
async function runBlock(shell: Shell, block: Block): Promise<string> {
  if (block.words.includes("background")) {
    const isUp = (printed: string): boolean =>
      firstDifference(block.output ?? "", reader.asInGuide(printed)) === undefined;
    return reader.asInGuide(await shell.start(reader.localised(block.text), isUp));
  }
  const commands =
    block.language === "sh"
      ? readCommands(reader.localised(block.text))
      : [snippetCommand(block.language, reader.localised(block.text))];
  let printed = "";
  for (const [index, command] of commands.entries()) {
    const ran = await shell.run(command);
    printed += ran.output;
    const isLast = index === commands.length - 1;
    expect({ command, ...ran }).toEqual({
      command,
      output: ran.output,
      exitCode: isLast ? promisedExit(block) : 0,
    });
  }
  return reader.asInGuide(printed);
}

/** `exit=5`: its last command fails, as the page says. */
function promisedExit({ words }: Block): number {
  const word = words.find((one) => one.startsWith("exit="));
  return word === undefined ? 0 : Number(word.slice("exit=".length));
}

function firstLine({ text }: Block): string {
  return text.split("\n")[0] ?? "";
}
