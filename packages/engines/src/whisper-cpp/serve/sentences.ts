import type { HeardSegment, HeardWord } from "../../speech/recognizer.ts";

/** A silence this long ends a sentence, and nothing longer than that is one. */
const pauseSeconds = 1.5;
const longestSeconds = 15;

/** Tokens with their times, put together to words (a new one begins with a space), and these to sentences. */
export function sentencesOf(tokens: readonly HeardWord[]): HeardSegment[] {
  const sentences: HeardWord[][] = [];
  let current: HeardWord[] | undefined;
  for (const word of wordsOf(tokens)) {
    if (current === undefined || endsBefore(current, word)) sentences.push((current = [word]));
    else current.push(word);
  }
  return sentences.map((words) => ({
    start: words[0]!.start,
    end: words.at(-1)!.end,
    text: words.map(({ text }) => text).join(""),
    tokens: [],
    words,
  }));
}

function wordsOf(tokens: readonly HeardWord[]): HeardWord[] {
  const words: HeardWord[] = [];
  for (const token of tokens) {
    const last = words.at(-1);
    if (token.text === "") continue;
    if (last === undefined || /^\s/.test(token.text)) words.push(token);
    else words[words.length - 1] = { start: last.start, end: token.end, text: last.text + token.text };
  }
  return words;
}

function endsBefore(sentence: readonly HeardWord[], next: HeardWord): boolean {
  const [first] = sentence;
  const last = sentence.at(-1)!;
  return (
    /[.!?。！？]["'”’)]*$/.test(last.text) ||
    next.start - last.end > pauseSeconds ||
    next.end - (first?.start ?? 0) > longestSeconds
  );
}
