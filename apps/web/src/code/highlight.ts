import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import { grammarOf } from "./grammars.ts";

/** A stretch of one line in one colour; the colour is a token of ours. */
export interface Piece {
  readonly text: string;
  readonly color: string | undefined;
}

const theme = createCssVariablesTheme({ name: "berth" });
let highlighter: Promise<HighlighterCore> | undefined;

/** The code's lines in coloured pieces; `undefined` for a language without a grammar here. */
export async function highlight(code: string, language: string): Promise<readonly Piece[][] | undefined> {
  const grammar = grammarOf(language);
  if (grammar === undefined) return undefined;
  highlighter ??= createHighlighterCore({
    themes: [theme],
    langs: [],
    engine: createJavaScriptRegexEngine(),
  });
  const [core, loaded] = await Promise.all([highlighter, grammar.load()]);
  await core.loadLanguage(loaded.default);
  return core
    .codeToTokensBase(code, { lang: grammar.name, theme: "berth" })
    .map((line) => line.map(({ content, color }) => ({ text: content, color })));
}
