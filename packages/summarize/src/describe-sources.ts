import type { SummarySource } from "@berth/api";

/** `paper.pdf, pages 3 to 5; notes.md, "Aims" to "Ends"`. */
export function describeSources(sources: readonly SummarySource[]): string {
  return sources.map(describe).join("; ");
}

function describe({ file, firstPage, lastPage, headings }: SummarySource): string {
  if (firstPage !== null && lastPage !== null)
    return firstPage === lastPage
      ? `${file}, page ${firstPage}`
      : `${file}, pages ${firstPage} to ${lastPage}`;
  const [first, ...rest] = headings;
  if (first === undefined) return file;
  const last = rest.at(-1);
  return last === undefined ? `${file}, "${first}"` : `${file}, "${first}" to "${last}"`;
}
