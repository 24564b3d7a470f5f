/**
 * The one way a value gets into a shell script of ours: a single word for any POSIX shell, whatever it holds. Throws for
 * NUL, which no shell can carry.
 */
export function shellQuote(word: string): string {
  if (word.includes("\0")) throw new RangeError("a word for a shell holds a NUL character");
  return /^[A-Za-z0-9_%+,./:@=-]+$/.test(word) && !/^[=~]/.test(word)
    ? word
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Several words, a space between them. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellQuote).join(" ");
}
