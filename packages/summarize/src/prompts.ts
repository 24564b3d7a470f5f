/** What is asked of the model. */
export type Wish =
  | { readonly kind: "summary"; readonly instruction: string | undefined }
  | { readonly kind: "ask"; readonly question: string };

/** What a model is told to say of a text that does not help to answer. */
const nothing = "NOTHING FOUND";

/** The first calls read the documents, the later ones what the earlier ones wrote. */
export type Stage = "read" | "merge";

/** One call's whole prompt. The text stands between marks, so that what it says is not taken for what is asked. */
export function promptOf(wish: Wish, stage: Stage, text: string): string {
  return `${opening[stage]}\n\n"""\n${text}\n"""\n\n${order(wish, stage)}`;
}

/** Whether an answer says that its text held nothing. */
export function saysNothing(wish: Wish, answer: string): boolean {
  return wish.kind === "ask" && answer.trim().replace(/[.!]$/, "").toUpperCase() === nothing;
}

const opening: Readonly<Record<Stage, string>> = {
  read: "Read the following text with care.",
  merge:
    "Read the following notes with care. Each was written about another part of the same documents, in order.",
};

function order(wish: Wish, stage: Stage): string {
  const source = stage === "read" ? "the text" : "the notes";
  switch (wish.kind) {
    case "summary": {
      const focus = wish.instruction === undefined ? "" : `Follow this instruction: ${wish.instruction}\n`;
      return `${focus}Using only ${source} above, write a short, well-structured summary of what matters in Markdown, in the language of the text. Begin with the summary itself.`;
    }
    case "ask": {
      const otherwise =
        stage === "read" ? ` If ${source} above does not help to answer it, write only: ${nothing}` : "";
      return `Using only ${source} above, answer this question in its own language: ${wish.question}\nName the facts that the answer rests on.${otherwise}`;
    }
  }
}
