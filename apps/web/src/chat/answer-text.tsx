import { lazy, memo, Suspense, type ReactNode } from "react";
import { markdownBlocks } from "./blocks.ts";
import { fetchPart } from "../parts/fetch-part.ts";

const Markdown = lazy(async () => ({ default: (await fetchPart(() => import("./markdown.tsx"))).Markdown }));

/** An answer's text: plain until the markdown reader is here. */
export const AnswerText = memo(function AnswerText({ text }: { text: string }): ReactNode {
  return (
    <Suspense fallback={<Plain text={text} />}>
      <Markdown text={text} />
    </Suspense>
  );
});

/** A text that still grows: only its last block is read again at each piece. */
export function GrowingText({ text }: { text: string }): ReactNode {
  return (
    <div className="growing flex flex-col gap-[0.65em]">
      {markdownBlocks(text).map((block, index) => (
        <AnswerText key={index} text={block} />
      ))}
    </div>
  );
}

function Plain({ text }: { text: string }): ReactNode {
  return <p className="prose whitespace-pre-wrap">{text}</p>;
}
