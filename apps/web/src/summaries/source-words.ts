import type { SummarySource } from "@berth/api";

/** Where in its file: `pages 3 to 5`, `Aims to Ends`; empty where it is all of it. */
export function sourceWords({ firstPage, lastPage, headings }: SummarySource): string {
  if (firstPage !== null && lastPage !== null)
    return firstPage === lastPage ? `page ${firstPage}` : `pages ${firstPage} to ${lastPage}`;
  const [first, ...rest] = headings;
  if (first === undefined) return "";
  const last = rest.at(-1);
  return last === undefined ? first : `${first} to ${last}`;
}
