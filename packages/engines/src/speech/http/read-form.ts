import type { FileHandle } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import { BerthError, isBerthError } from "@berth/api";
import { openScratchFile } from "../files/scratch-file.ts";

/** A multipart form with one file in it. */
export interface SpeechForm {
  /** Each field's values, in the order in which they came. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** The file, open and without a name; whoever gets it closes it. */
  readonly file: FileHandle;
}

export interface FormLimits {
  readonly maxFileBytes: number;
  /** Where the file is kept. */
  readonly directory: string;
}

const maxFieldBytes = 64 * 1024;
const maxFields = 100;

/**
 * Reads a form as it comes, its file onto the disk. Throws BerthError: `unsupported_media_type` for what is no form,
 * `payload_too_large`, `invalid_request` for a form that breaks off or holds not exactly one `file`. Nothing of the file is
 * left when it throws.
 */
export async function readForm(
  request: IncomingMessage,
  { maxFileBytes, directory }: FormLimits,
  signal: AbortSignal,
): Promise<SpeechForm> {
  const parser = newParser(request, maxFileBytes);
  const fields = new Map<string, string[]>();
  const problems: BerthError[] = [];
  let file: FileHandle | undefined;
  let writing: Promise<void> | undefined;
  let upload: Readable | undefined;
  const fail = (error: BerthError): void => {
    problems.push(error);
  };

  parser.on("field", (name, value, nameTruncated, valueTruncated) => {
    if (nameTruncated || valueTruncated)
      return fail(refusal(name, `${name} is longer than ${maxFieldBytes} bytes`));
    fields.set(name, [...(fields.get(name) ?? []), value]);
  });
  parser.on("file", (name, stream) => {
    stream.on("limit", () => fail(tooLarge(maxFileBytes)));
    // what goes wrong with the form is told by the parser
    stream.on("error", () => {});
    if (name !== "file" || writing !== undefined) {
      fail(
        refusal(name, name === "file" ? "file is there twice" : `${name} is a file; only file may be one`),
      );
      stream.resume();
      return;
    }
    upload = stream;
    writing = openScratchFile(directory).then((opened) => {
      file = opened;
      return writeAll(stream, opened);
    });
    writing.catch((error: unknown) => {
      parser.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  parser.on("fieldsLimit", () => fail(refusal(undefined, `the form has more than ${maxFields} fields`)));

  try {
    const abort = (): void => void parser.destroy(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
    try {
      request.pipe(parser);
      await finished(parser, { readable: false });
      await writing;
    } finally {
      signal.removeEventListener("abort", abort);
      request.unpipe(parser);
    }
    signal.throwIfAborted();
    if (problems[0] !== undefined) throw problems[0];
    if (file === undefined) throw refusal("file", "file is missing: send the audio as a form's file");
    return { fields, file };
  } catch (error) {
    // the parser lets it wait for more for ever
    upload?.destroy();
    await writing?.catch(() => {});
    await file?.close();
    signal.throwIfAborted();
    if (isBerthError(error)) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOSPC")
      throw new BerthError("insufficient_disk", `file: there is no room for it in ${directory}`, {
        param: "file",
        cause: error,
      });
    throw refusal(undefined, `the form cannot be read: ${(error as Error).message}`, error);
  }
}

function newParser(request: IncomingMessage, maxFileBytes: number) {
  const type = request.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(type))
    throw new BerthError(
      "unsupported_media_type",
      `send a form as multipart/form-data, not ${type === "" ? "nothing named" : type}`,
      { param: "content-type" },
    );
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      isPartAFile: (name, _, filename) => filename !== undefined || name === "file",
      limits: { fileSize: maxFileBytes, fieldSize: maxFieldBytes, fields: maxFields },
    });
  } catch (error) {
    throw refusal("content-type", `the form cannot be read: ${(error as Error).message}`, error);
  }
}

/** With places of their own: the handle's stays at the start, for a program that reads through a copy of it. */
async function writeAll(stream: Readable, file: FileHandle): Promise<void> {
  let position = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    await file.write(part, 0, part.length, position);
    position += part.length;
  }
}

function tooLarge(maxFileBytes: number): BerthError {
  return new BerthError("payload_too_large", `file: it is larger than ${maxFileBytes} bytes`, {
    param: "file",
    details: { maxFileBytes },
  });
}

function refusal(param: string | undefined, message: string, cause?: unknown): BerthError {
  return new BerthError("invalid_request", message, { param, cause });
}
