import mammoth from "mammoth";
import type { DocumentFile, Section } from "./document.ts";
import { readHtml } from "./read-html.ts";

/** What stands below each heading of a Word document. Pictures are not looked at. */
export async function readDocx({ bytes }: DocumentFile): Promise<readonly Section[]> {
  const { value } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes) },
    { convertImage: mammoth.images.imgElement(async () => ({ src: "" })), externalFileAccess: false },
  );
  return readHtml(value);
}
