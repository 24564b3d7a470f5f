export type SplitWords =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "unclosed"; readonly quote: string };

/**
 * Splits a command line as a shell would: blanks part words, single quotes keep everything, double quotes keep all but
 * backslashes before `"` and `\`. Nothing is expanded; `$HOME` and `*` are letters like others.
 */
export function splitWords(line: string): SplitWords {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let index = 0; index < line.length; index += 1) {
    const letter = line.charAt(index);
    const next = line.charAt(index + 1);
    if (quote === "'" || quote === '"') {
      if (letter === quote) quote = undefined;
      else if (quote === '"' && letter === "\\" && (next === '"' || next === "\\")) {
        word = (word ?? "") + next;
        index += 1;
      } else word = (word ?? "") + letter;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
      word ??= "";
    } else if (letter === "\\" && next === "\n") {
      index += 1;
    } else if (letter === "\\" && next !== "") {
      word = (word ?? "") + next;
      index += 1;
    } else if (/\s/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + letter;
  }
  if (quote !== undefined) return { kind: "unclosed", quote };
  if (word !== undefined) words.push(word);
  return { kind: "words", words };
}
