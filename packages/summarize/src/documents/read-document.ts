import { BerthError, isBerthError } from "@berth/api/error";
import { decodeText } from "./decode-text.ts";
import type { DocumentFile, ReadingLimits, Section } from "./document.ts";
import { readHtml } from "./read-html.ts";
import { readMarkdown } from "./read-markdown.ts";

type Kind = "pdf" | "docx" | "compound" | "html" | "markdown" | "text";

/**
 * The text of a file, section by section: a PDF's pages, otherwise what stands below each heading. Throws BerthError
 * `unprocessable` that names the file and the fix; libraries are loaded when a file needs them.
 */
export async function readDocument(file: DocumentFile, limits: ReadingLimits): Promise<readonly Section[]> {
  const kind = kindOf(file);
  const sections = (await read(file, kind, limits)).filter(({ text }) => text.trim() !== "");
  if (sections.length > 0) return sections;
  throw refused(
    file,
    kind === "pdf"
      ? "its pages hold no text, only pictures; run text recognition (OCR) on it first"
      : "it is empty",
  );
}

async function read(file: DocumentFile, kind: Kind, limits: ReadingLimits): Promise<readonly Section[]> {
  try {
    switch (kind) {
      case "pdf": {
        const { readPdf } = await import("./read-pdf.ts");
        return await readPdf(file, limits);
      }
      case "docx": {
        const { readDocx } = await import("./read-docx.ts");
        return await readDocx(file);
      }
      case "compound":
        throw refused(file, "it is encrypted or of an old Word's kind; save it as .docx without a password");
      case "html":
        return readHtml(decodeText(file));
      case "markdown":
        return readMarkdown(decodeText(file));
      case "text":
        return [{ place: { kind: "whole" }, text: decodeText(file) }];
    }
  } catch (cause) {
    if (isBerthError(cause)) throw cause;
    throw refused(file, `it is broken: ${(cause as Error).message}`, cause);
  }
}

function kindOf({ name, bytes }: DocumentFile): Kind {
  const start = Buffer.from(bytes.subarray(0, 1024)).toString("latin1");
  if (start.includes("%PDF-")) return "pdf";
  if (start.startsWith("PK\u0003\u0004")) return "docx";
  if (start.startsWith("\u00d0\u00cf\u0011\u00e0")) return "compound";
  if (/\.x?html?$/i.test(name) || /^\s*<(?:!doctype html|html)/i.test(start)) return "html";
  return /\.(?:md|markdown)$/i.test(name) ? "markdown" : "text";
}

/** What is told of a file that cannot be read. */
export function refused({ name }: DocumentFile, why: string, cause?: unknown): BerthError {
  return new BerthError("unprocessable", `${name}: ${why}`, {
    param: "file",
    details: { file: name },
    cause,
  });
}
