import { describe, expect, test } from "vitest";
import { type JobPart, jobPieceBytes, type JobStore } from "../../job-store.ts";
import { claim, started } from "../../testing/job-acts.ts";
import { newJob, temporaryJobs } from "../../testing/temporary-jobs.ts";
import { JobDatabase } from "./job-database.ts";
import type { JobCallOf } from "./job-messages.ts";

const mebibyte = 2 ** 20;

async function piecesOf(jobs: JobStore, part: JobPart, id = "a"): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (let from = { event: 0, offset: 0 }; ;) {
    const piece = await jobs.readPiece(id, part, from);
    if (piece === undefined) throw new Error("it is gone");
    pieces.push(piece.bytes);
    if (piece.next === null) return pieces;
    from = piece.next;
  }
}

/** Bytes of which no two neighbours are alike. */
function numbered(size: number): Buffer {
  return Buffer.from(Uint8Array.from({ length: size }, (_, index) => index % 251));
}

describe("what is read piece by piece", () => {
  test.each([0, 1, jobPieceBytes - 1, jobPieceBytes, jobPieceBytes + 1, 3 * jobPieceBytes + 7])(
    "is whole, and no piece is large: an input and a result of %i bytes",
    async (size) => {
      await using given = await temporaryJobs();
      const body = numbered(size);
      const lease = await started(given.jobs, { call: { path: "/", contentType: "a/b", body } });
      const result = { status: 200, contentType: "a/b", body: { kind: "bytes", bytes: body } } as const;
      await given.jobs.finish(lease, { kind: "completed", result }, 1);
      expect(await given.jobs.getCall("a")).toEqual({ path: "/", contentType: "a/b", bytes: size });
      expect(await given.jobs.getResultHead("a")).toEqual({
        status: 200,
        contentType: "a/b",
        bytes: size,
        blob: null,
      });
      for (const part of ["input", "result"] as const) {
        const pieces = await piecesOf(given.jobs, part);
        expect(Buffer.concat(pieces).equals(body)).toBe(true);
        expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(jobPieceBytes);
      }
    },
  );

  test.each<[string, readonly number[]]>([
    ["nothing", []],
    ["one small value", [3]],
    ["values that fill pieces by themselves", [jobPieceBytes - 1, jobPieceBytes - 1, 5]],
    ["a value over several pieces", [10, 3 * jobPieceBytes, 10]],
    ["many values", Array.from({ length: 9000 }, () => 1000)],
  ])("is the array that was streamed: %s", async (_fact, sizes) => {
    await using given = await temporaryJobs();
    const lost = await started(given.jobs);
    await given.jobs.append(lost, 1, [Buffer.from("0")], 1);
    await given.jobs.sweep(1000);
    const [taken] = await given.jobs.claim(claim, 1001);
    const values = sizes.map((size) => Buffer.from(`"${"x".repeat(size - 2)}"`));
    if (values.length > 0) await given.jobs.append(taken!.lease, 1, values, 1002);
    const result = { status: 200, contentType: "a/b", body: { kind: "events" } } as const;
    await given.jobs.finish(taken!.lease, { kind: "completed", result }, 1003);
    const pieces = await piecesOf(given.jobs, "result");
    expect(Buffer.concat(pieces).toString()).toBe(`[${values.join(",")}]`);
    expect((await given.jobs.getResultHead("a"))?.bytes).toBe(Buffer.concat(pieces).length);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(jobPieceBytes + 2);
  });

  test("is not there before it is, nor when it is forgotten, nor where it is kept elsewhere", async () => {
    await using given = await temporaryJobs();
    const from = { event: 0, offset: 0 };
    const lease = await started(given.jobs);
    expect(await given.jobs.readPiece("a", "result", from)).toBeUndefined();
    expect(await given.jobs.getResultHead("a")).toBeUndefined();
    const body = { kind: "blob", name: "b1", bytes: 20 } as const;
    const result = { status: 201, contentType: "a/b", body };
    await given.jobs.finish(lease, { kind: "completed", result }, 0);
    expect(await given.jobs.getResultHead("a")).toMatchObject({ status: 201, bytes: 20, blob: "b1" });
    expect(await given.jobs.readPiece("a", "result", from)).toBeUndefined();
    await given.jobs.sweep(100_000);
    expect(await given.jobs.readPiece("a", "input", from)).toBeUndefined();
  });
});

test("events are read as many as are asked for, by number and by size", async () => {
  await using given = await temporaryJobs();
  const lease = await started(given.jobs);
  const values = ["1", "22", "333", "4".repeat(100)].map((text) => Buffer.from(text));
  await given.jobs.append(lease, 1, values, 1);
  const read = async (after: number, count: number, bytes: number): Promise<unknown> => {
    const { events, tooLarge } = await given.jobs.listEvents("a", after, { count, bytes });
    return [events.map(({ data }) => Buffer.from(data).toString()), tooLarge];
  };
  expect(await read(0, 2, 99)).toEqual([["1", "22"], null]);
  expect(await read(0, 9, 5)).toEqual([["1", "22"], null]);
  expect(await read(0, 9, 99)).toEqual([["1", "22", "333"], null]);
  expect(await read(3, 9, 99)).toEqual([[], 100]);
  expect(await read(3, 9, 100)).toEqual([["4".repeat(100)], null]);
  expect(await read(4, 9, 99)).toEqual([[], null]);
});

test("however many read at once, what is answered together is bounded", async () => {
  await using given = await temporaryJobs();
  const body = numbered(mebibyte);
  await given.jobs.submit(newJob({ id: "a", call: { path: "/", contentType: "a/b", body } }), 0);
  const database = new JobDatabase(given.path);
  const from = { event: 0, offset: 0 };
  const call = { verb: "readPiece", args: ["a", "input", from] } satisfies JobCallOf<"readPiece">;
  const calls = Array.from({ length: 64 }, () => call);
  expect(database.run(calls).outcomes.length).toBe(16);
  database.close();
});

test("one piece of a large body is the last of its commit: for each, all of the body is gone through", async () => {
  await using given = await temporaryJobs();
  const body = numbered(2 * jobPieceBytes - 1);
  await given.jobs.submit(newJob({ id: "a", call: { path: "/", contentType: "a/b", body } }), 0);
  const database = new JobDatabase(given.path);
  const piece = (offset: number) =>
    ({ verb: "readPiece", args: ["a", "input", { event: 0, offset }] }) satisfies JobCallOf<"readPiece">;
  const counts = { verb: "counts", args: [] } satisfies JobCallOf<"counts">;
  const countOf = (offset: number) => database.run([counts, piece(offset), piece(0), counts]).outcomes.length;
  expect([countOf(0), countOf(jobPieceBytes)]).toEqual([2, 2]);
  database.close();
});
