import { getDocumentProxy } from "unpdf";
import type { DocumentFile, ReadingLimits, Section } from "./document.ts";
import { refused } from "./read-document.ts";

/** The text of each page, in the order in which the file draws it. */
export async function readPdf(file: DocumentFile, { maxPages }: ReadingLimits): Promise<readonly Section[]> {
  const pdf = await open(file);
  if (pdf.numPages > maxPages)
    throw refused(file, `it has ${pdf.numPages} pages, and ${maxPages} are read at most; split it`);
  const sections: Section[] = [];
  for (let page = 1; page <= pdf.numPages; page += 1) {
    const { items } = await (await pdf.getPage(page)).getTextContent();
    const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
    // a word that a line's end has cut is one word
    sections.push({
      place: { kind: "page", page },
      text: text.replaceAll(/(?<=\p{L})-\n(?=\p{Ll})/gu, "").trim(),
    });
  }
  return sections;
}

async function open(file: DocumentFile): Promise<Awaited<ReturnType<typeof getDocumentProxy>>> {
  try {
    // a copy: the library takes the bytes for its own
    return await getDocumentProxy(Uint8Array.from(file.bytes), { verbosity: 0 });
  } catch (cause) {
    if ((cause as Error).name !== "PasswordException") throw cause;
    throw refused(file, "it is encrypted; save it without a password", cause);
  }
}
