import { expect, test } from "vitest";
import { newJob } from "../../testing/temporary-jobs.ts";
import { JobLine, type WaitingCall } from "./job-line.ts";

let count = 0;

function piece(): WaitingCall {
  return { id: (count += 1), call: { verb: "readPiece", args: ["a", "input", { event: 0, offset: 0 }] } };
}

function asked(): WaitingCall {
  return { id: (count += 1), call: { verb: "counts", args: [] } };
}

function submitted(bytes: number): WaitingCall {
  const call = { path: "/", contentType: "a/b", body: Buffer.alloc(bytes) };
  return { id: (count += 1), call: { verb: "submit", args: [newJob({ id: `job-${count}`, call }), 0] } };
}

function lineOf(...waiting: readonly WaitingCall[]): JobLine {
  const line = new JobLine();
  for (const one of waiting) line.add(one);
  return line;
}

test("pieces come behind whatever else waits, each kind in its order", () => {
  const [p1, p2, a1, a2] = [piece(), piece(), asked(), asked()];
  const line = lineOf(p1, a1, p2, a2);
  expect(line.next()).toEqual([a1, a2, p1, p2]);
  line.done([a1, a2, p1]);
  const a3 = asked();
  line.add(a3);
  expect(line.next()).toEqual([a3, p2]);
  line.done([a3, p2]);
  expect([line.next(), line.isEmpty]).toEqual([[], true]);
});

test("a piece that was passed over goes first once", () => {
  const [p1, p2, a1, a2, a3] = [piece(), piece(), asked(), asked(), asked()];
  const line = lineOf(p1, p2, a1, a2, a3);
  line.done([a1]);
  expect(line.next()).toEqual([p1, a2, a3, p2]);
  line.done([p1, a2]);
  expect(line.next()).toEqual([a3, p2]);
});

test("a commit has a thousand calls, or 16 MiB, and what is above that waits", () => {
  const many = Array.from({ length: 1001 }, asked);
  expect(lineOf(...many).next()).toEqual(many.slice(0, 1000));
  const large = Array.from({ length: 5 }, () => submitted(4 * 2 ** 20));
  expect(lineOf(...large).next()).toEqual(large.slice(0, 4));
});
