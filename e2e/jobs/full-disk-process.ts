/** Fills the disk of a folder with blobs and tells what it saw, as JSON: `node full-disk-process.ts FOLDER`. */
import { readdir } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { isBerthError } from "@berth/api/error";
import { openDirectoryBlobs } from "@berth/jobs";

const [directory = ""] = process.argv.slice(2);
const blobs = await openDirectoryBlobs({ directory });
const mebibytes = (count: number): Buffer => Buffer.alloc(count * 2 ** 20, "x");

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) yield mebibytes(1);
}

async function codeOf(writing: Promise<void>): Promise<string> {
  try {
    await writing;
    return "written";
  } catch (error) {
    return isBerthError(error) ? error.code : String(error);
  }
}

const before = await codeOf(blobs.write("before", mebibytes(1)));
const tooLarge = await codeOf(blobs.write("bytes", mebibytes(8)));
const tooLong = await codeOf(blobs.write("stream", pieces(8)));
const instead = await codeOf(blobs.write("before", mebibytes(8)));
const after = await codeOf(blobs.write("after", mebibytes(2)));
const entries = await readdir(directory, { recursive: true, withFileTypes: true });
const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
const kept = (await buffer(blobs.read("before"))).length;
console.log(JSON.stringify({ before, tooLarge, tooLong, instead, after, files: files.toSorted(), kept }));
