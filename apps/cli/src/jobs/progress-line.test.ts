import { expect, test } from "vitest";
import { ProgressMeter, progressMilestone, progressText } from "./progress-line.ts";

const at = (done: number, total: number | null = 100, message: string | null = null) => ({
  done,
  total,
  message,
});

test("how long the rest takes is told once it has been seen to go on", () => {
  const meter = new ProgressMeter();
  expect(meter.line(at(10), 0)).toBe("━━────────────────── 10 %  10 of 100");
  expect(meter.line(at(30, 100, "mixing"), 10_000)).toBe(
    "━━━━━━────────────── 30 %  30 of 100, mixing  0:35 left",
  );
  expect(meter.line(at(100), 20_000)).toBe("━━━━━━━━━━━━━━━━━━━━ 100 %  100 of 100");
});

test("a new attempt is measured anew", () => {
  const meter = new ProgressMeter();
  meter.line(at(50), 0);
  meter.line(at(0), 10_000);
  expect(meter.line(at(50), 20_000)).toContain("0:10 left");
});

test("a handler that does not know the total is believed", () => {
  expect(new ProgressMeter().line(at(7, null, "pages"), 0)).toBe("7, pages");
  expect(progressText(null)).toBe("");
});

test("where lines cannot be rewritten it is told every tenth", () => {
  expect([0, 9, 10, 19, 20, 100].map((done) => progressMilestone(at(done)))).toEqual([
    "0 %",
    "0 %",
    "10 %",
    "10 %",
    "20 %",
    "100 %",
  ]);
});
