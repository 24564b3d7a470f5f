import { memo, useEffect, useState, type ReactNode } from "react";
import { CopyButton } from "../parts/copy-button.tsx";
import type { Piece } from "./highlight.ts";

/** Longer code is shown plain: colouring it would hold the page up. */
const colouredUpTo = 50_000;

/** Code in the machine's letters, with a copy button; coloured as soon as its grammar is here. */
export const CodeBlock = memo(function CodeBlock({
  code,
  language,
  what = "the code",
  bare = false,
}: {
  code: string;
  language: string;
  what?: string;
  /** Without a frame and a language line, for panels that have their own. */
  bare?: boolean;
}): ReactNode {
  const lines = usePieces(code, language);
  const body = (
    <pre
      tabIndex={0}
      aria-label={`${language} code`}
      className="overflow-x-auto bg-code px-3.5 py-2.5 text-xs leading-[1.55] -outline-offset-2"
    >
      <code>
        {lines === undefined ? code : lines.map((line, index) => <Line key={index} pieces={line} />)}
      </code>
    </pre>
  );
  if (bare)
    return (
      <div className="relative">
        {body}
        <CopyButton text={code} what={what} className="absolute top-1 right-1 border border-line bg-panel" />
      </div>
    );
  return (
    <div className="overflow-hidden rounded-lg border border-line">
      <div className="flex items-center justify-between border-b border-line bg-sunk py-0.5 pr-1 pl-3.5">
        <span className="font-mono text-xs text-ink-3">{language}</span>
        <CopyButton text={code} what={what} />
      </div>
      {body}
    </div>
  );
});

function Line({ pieces }: { pieces: readonly Piece[] }): ReactNode {
  return (
    <>
      {pieces.map(({ text, color }, index) => (
        <span key={index} style={color === undefined ? {} : { color }}>
          {text}
        </span>
      ))}
      {"\n"}
    </>
  );
}

function usePieces(code: string, language: string): readonly Piece[][] | undefined {
  const [coloured, setColoured] = useState<{ code: string; lines: readonly Piece[][] }>();
  useEffect(() => {
    let current = true;
    if (code.length > colouredUpTo) return;
    import("./highlight.ts")
      .then(({ highlight }) => highlight(code, language))
      .then(
        (lines) => {
          if (current && lines !== undefined) setColoured({ code, lines });
        },
        // colour is an ornament: without it (the server went away before its file came) the code still reads
        () => undefined,
      );
    return () => {
      current = false;
    };
  }, [code, language]);
  return coloured?.code === code ? coloured.lines : undefined;
}
