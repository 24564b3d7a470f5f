export type CountTokens = (text: string) => number;

export interface CountedText {
  readonly text: string;
  readonly tokens: number;
}

const granularities = ["sentence", "word", "grapheme"] as const;

/**
 * Cuts a text into stretches of at most `maxTokens`: between sentences, a sentence that is too long between words, a
 * word that is too long between characters. The stretches one after the other are the text. `maxTokens` is at least 1;
 * one character is never cut.
 */
export function splitText(text: string, maxTokens: number, count: CountTokens): readonly CountedText[] {
  return split(text, maxTokens, count, 0);
}

function split(text: string, maxTokens: number, count: CountTokens, level: number): readonly CountedText[] {
  const granularity = granularities[level];
  const whole = { text, tokens: count(text) };
  if (text === "" || granularity === undefined || whole.tokens <= maxTokens)
    return text === "" ? [] : [whole];
  const stretches: CountedText[] = [];
  let begun: CountedText = { text: "", tokens: 0 };
  const close = (): void => {
    if (begun.text !== "") stretches.push(begun);
    begun = { text: "", tokens: 0 };
  };
  for (const { segment } of new Intl.Segmenter(undefined, { granularity }).segment(text)) {
    const tokens = count(segment);
    if (tokens > maxTokens) {
      close();
      stretches.push(...split(segment, maxTokens, count, level + 1));
      continue;
    }
    if (begun.tokens + tokens > maxTokens) close();
    begun = { text: begun.text + segment, tokens: begun.tokens + tokens };
  }
  close();
  return stretches;
}
