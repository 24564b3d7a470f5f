import { open } from "node:fs/promises";
import { BerthError } from "@berth/api";

const headerBytes = 24;
const newestVersion = 3;
/** A name's length, a type and the shortest value or shape: nothing in a file's head is smaller. */
const leastEntryBytes = 12;

/**
 * Looks at a file's first bytes before anybody takes them at their word: a library that believes a broken head reads for
 * half a minute. Throws BerthError `invalid_request` when the file is absent, no GGUF, or too short for what it promises.
 */
export async function checkGgufHeader(path: string): Promise<void> {
  const refuse = (reason: string, cause?: unknown): never => {
    throw new BerthError("invalid_request", `${path} cannot be loaded: ${reason}`, {
      param: "modelPath",
      cause,
    });
  };
  const { header, sizeBytes } = await readHead(path).catch((error: unknown) =>
    refuse(error instanceof Error ? error.message : String(error), error),
  );
  if (header.length < headerBytes || header.toString("latin1", 0, 4) !== "GGUF") refuse("it is no GGUF file");
  const version = header.readUInt32LE(4);
  if (version < 1 || version > newestVersion)
    refuse(`its GGUF version is ${version}, and ${newestVersion} is the newest`);
  const entries = header.readBigUInt64LE(8) + header.readBigUInt64LE(16);
  if (entries * BigInt(leastEntryBytes) > BigInt(sizeBytes))
    refuse("it is corrupt, or was not downloaded whole");
}

async function readHead(path: string): Promise<{ readonly header: Buffer; readonly sizeBytes: number }> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return { header: buffer.subarray(0, bytesRead), sizeBytes: (await file.stat()).size };
  } finally {
    await file.close();
  }
}
