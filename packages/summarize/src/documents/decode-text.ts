import { BerthError } from "@berth/api/error";
import type { DocumentFile } from "./document.ts";

/** Text as UTF-8, or as UTF-16 where a byte order mark says so. Throws BerthError `unprocessable` for what is no text. */
export function decodeText({ name, bytes }: DocumentFile): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
  const text = decode(bytes, bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : encoding);
  if (text !== undefined && !text.includes("\0")) return text.replaceAll(/\r\n?/g, "\n");
  throw new BerthError(
    "unprocessable",
    `${name}: it is no text in UTF-8; text, Markdown, HTML, PDF and docx are read`,
    { param: "file", details: { file: name } },
  );
}

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined; // bytes that are no characters are no text
  }
}
