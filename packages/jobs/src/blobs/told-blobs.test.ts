import { BerthError, type ErrorCode } from "@berth/api";
import { expect, test } from "vitest";
import type { Blobs } from "../blobs.ts";
import { toldBlobs } from "./told-blobs.ts";

const inner =
  "http://minio:9000 gave no whole answer: connect ECONNREFUSED 10.0.0.7:9000, for /home/ada/blobs";

function failing(error: Error): Blobs {
  return {
    write: () => Promise.reject(error),
    // oxlint-disable-next-line require-yield
    read: async function* () {
      throw error;
    },
    forget: () => Promise.reject(error),
  };
}

async function failuresOf(blobs: Blobs): Promise<BerthError[]> {
  const attempts = [
    blobs.write("a", new Uint8Array()),
    (async () => {
      for await (const piece of blobs.read("a")) void piece;
    })(),
    blobs.forget(["a"]),
  ];
  return Promise.all(
    attempts.map((attempt) =>
      attempt.then(
        () => Promise.reject(new Error("it did not fail")),
        (error: unknown) => error as BerthError,
      ),
    ),
  );
}

test.each<[ErrorCode | "EIO", string, number]>([
  ["upstream_failed", "the store of results cannot be reached", 0],
  ["insufficient_disk", "the store of results is full", 3],
  ["read_only", "the store of results cannot be reached", 3],
  ["EIO", "the store of results cannot be reached", 0],
])("%s is told without where it was, which the server's log has", async (code, message, reported) => {
  const error = code === "EIO" ? new Error(inner) : new BerthError(code, inner);
  const reports: unknown[] = [];
  for (const failure of await failuresOf(toldBlobs(failing(error), (one) => reports.push(one)))) {
    expect(failure).toMatchObject({ code: code === "EIO" ? "internal" : code, message, cause: error });
    expect(JSON.stringify(failure.toBody())).not.toMatch(/minio|10\.0|home/);
  }
  // what is told as the server's fault is logged by whoever asked
  expect(reports).toMatchObject(Array.from({ length: reported }, () => ({ cause: error })));
});

test("what is wrong with what was asked for is told as it is", async () => {
  const error = new BerthError("not_found", "there is no blob a: it was forgotten with its job");
  expect(await failuresOf(toldBlobs(failing(error), () => undefined))).toEqual([error, error, error]);
});
