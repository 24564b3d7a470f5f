import type { SummarySource } from "@berth/api";
import type { Atom } from "../documents/document.ts";

/** What is never cut: a few sentences of a document, or a whole answer. */
export interface Piece {
  readonly text: string;
  /** By the best count there is. */
  readonly tokens: number;
  readonly sources: readonly SummarySource[];
  /** It goes on where the piece before it ends. */
  readonly continues: boolean;
}

/** What one call reads. */
export interface Part extends Omit<Piece, "continues"> {
  /** A part that proves too long is cut between them. */
  readonly pieces: readonly Piece[];
}

/** Blank lines stand between places and between answers. */
export function partOf(pieces: readonly Piece[]): Part {
  return {
    text: pieces
      .map(({ text, continues }, index) => (continues || index === 0 ? text : `\n\n${text}`))
      .join(""),
    tokens: pieces.reduce((sum, { tokens }) => sum + tokens, 0),
    sources: mergeSources(pieces.flatMap(({ sources }) => sources)),
    pieces,
  };
}

export function piecesOf(atoms: readonly Atom[]): readonly Piece[] {
  return atoms.map((atom, index) => {
    const { file, place, text, tokens } = atom;
    const before = atoms[index - 1];
    const page = place.kind === "page" ? place.page : null;
    const headings = place.kind === "heading" ? [place.heading] : [];
    return {
      text,
      tokens,
      sources: [{ file, firstPage: page, lastPage: page, headings }],
      continues: before?.file === file && before.place === place,
    };
  });
}

/** One for each file: the pages from first to last, the headings in order. */
function mergeSources(sources: readonly SummarySource[]): readonly SummarySource[] {
  return [...Map.groupBy(sources, ({ file }) => file)].map(([file, own]) => {
    const pages = own.flatMap(({ firstPage, lastPage }) => [firstPage ?? [], lastPage ?? []].flat());
    return {
      file,
      firstPage: pages.length === 0 ? null : Math.min(...pages),
      lastPage: pages.length === 0 ? null : Math.max(...pages),
      headings: [...new Set(own.flatMap(({ headings }) => headings))],
    };
  });
}
