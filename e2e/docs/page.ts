import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { top } from "../berth-process.ts";

/** A fenced block of a page that somebody may copy and run. */
export interface Block {
  /** `README.md`, `docs/guide/api.md`. */
  readonly page: string;
  /** Of the fence, counted from 1. */
  readonly line: number;
  readonly language: Language;
  /** Words after the language: `norun`, `background`, `exit=5`. */
  readonly words: readonly string[];
  readonly text: string;
  /** The ```text block right below it: what it prints. */
  readonly output: string | undefined;
}

const languages = ["sh", "python", "ts"] as const;
export type Language = (typeof languages)[number];

interface Fence {
  readonly line: number;
  readonly endLine: number;
  readonly info: readonly string[];
  readonly text: string;
}

/** Every page whose commands are promised to work: the README and the guide. */
export function guidePages(): readonly string[] {
  const guide = readdirSync(join(top, "docs/guide")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...guide.toSorted().map((name) => `docs/guide/${name}`)];
}

export function readPage(page: string): string {
  return readFileSync(join(top, page), "utf8");
}

export function readBlocks(page: string, text = readPage(page)): readonly Block[] {
  const lines = text.split("\n");
  const fences = readFences(lines);
  return fences.flatMap(({ line, endLine, info: [language = "", ...words], text: inside }, index) => {
    if (!isLanguage(language)) return [];
    const next = fences[index + 1];
    const isBelow = next !== undefined && lines.slice(endLine, next.line - 1).every((one) => one === "");
    const output = isBelow && next.info[0] === "text" ? next.text : undefined;
    return [{ page, line, language, words, text: inside, output }];
  });
}

function isLanguage(word: string): word is Language {
  return (languages as readonly string[]).includes(word);
}

function readFences(lines: readonly string[]): readonly Fence[] {
  const fences: Fence[] = [];
  let open: { readonly line: number; readonly info: readonly string[] } | undefined;
  for (const [index, one] of lines.entries()) {
    if (!one.startsWith("```")) continue;
    if (open === undefined) open = { line: index + 1, info: one.slice(3).trim().split(/\s+/) };
    else {
      fences.push({ ...open, endLine: index + 1, text: lines.slice(open.line, index).join("\n") });
      open = undefined;
    }
  }
  return fences;
}

/** The commands of a shell block, in order: a backslash or an open quote carries one over to the next line. */
export function readCommands(text: string): readonly string[] {
  const commands: string[] = [];
  let command = "";
  for (const line of text.split("\n")) {
    if (command === "" && (line.trim() === "" || line.startsWith("#"))) continue;
    command = command === "" ? line : `${command}\n${line}`;
    if (line.endsWith("\\") || hasOpenQuote(command)) continue;
    commands.push(command);
    command = "";
  }
  return command === "" ? commands : [...commands, command];
}

/** Good enough for documents, which hold no quote inside another kind of quote but JSON's. */
function hasOpenQuote(command: string): boolean {
  return (command.match(/'/g)?.length ?? 0) % 2 === 1;
}
