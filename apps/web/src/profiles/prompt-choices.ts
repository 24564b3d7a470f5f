export interface PromptChoice {
  readonly answer: string;
  readonly title: string;
}

/** The numbered choices that a prompt lists, as Duo does: " 1. Duo Push to XXX-XXX-0142". */
export function promptChoices(text: string): readonly PromptChoice[] {
  return text.split("\n").flatMap((line) => {
    const [, answer, title] = /^\s*(\d{1,2})[.)]\s+(\S.*?)\s*$/.exec(line) ?? [];
    return answer === undefined || title === undefined ? [] : [{ answer, title }];
  });
}
