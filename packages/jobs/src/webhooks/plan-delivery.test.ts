import { describe, expect, test } from "vitest";
import { planDelivery } from "./plan-delivery.ts";
import type { WebhookAnswer } from "./send-webhook.ts";

const hourMs = 3_600_000;
const answered = (status: number): WebhookAnswer => ({ kind: "answered", status, text: "" });
const unreached: WebhookAnswer = { kind: "unreached", reason: "connection refused" };
const never = (): number => 0;
const plan = (answer: WebhookAnswer, tries = 1, now = 0, random = never) =>
  planDelivery({ answer, since: 0, tries }, now, random);

test.each([200, 201, 204, 299])("%i is success", (status) => {
  expect(plan(answered(status))).toEqual({ next: { kind: "delivered" }, error: null });
});

test.each([100, 300, 301, 302, 304, 307, 308, 400, 401, 404, 429, 500, 503, 599])(
  "%i is told again",
  (status) => {
    expect(plan(answered(status))).toEqual({
      next: { kind: "retry", at: 5_000 },
      error: expect.stringContaining(`it answered ${status}`),
    });
  },
);

test.each<[string, WebhookAnswer, string]>([
  ["410", answered(410), "wants to be told no more"],
  ["what leads where nothing may be sent", { kind: "forbidden", reason: "not public" }, "not public"],
])("%s ends it at once", (_fact, answer, error) => {
  expect(plan(answer)).toEqual({ next: { kind: "failed" }, error: expect.stringContaining(error) });
});

test("that a redirect was not followed is said", () => {
  expect(plan(answered(302)).error).toMatch(/redirects are not followed/);
});

describe("a webhook that is down", () => {
  /** When it is tried, in ms since the end of the job, when each try is over at once. */
  function triedAt(random: () => number): number[] {
    const times = [0];
    for (;;) {
      const now = times.at(-1) ?? 0;
      const { next } = plan(unreached, times.length, now, random);
      if (next.kind !== "retry") return times;
      times.push(next.at);
    }
  }

  test("is tried at doubling distances, and each hour then, for 24 hours", () => {
    const times = triedAt(never);
    expect(times.slice(0, 5)).toEqual([0, 5_000, 15_000, 35_000, 75_000]);
    expect((times.at(-1) ?? 0) / hourMs).toBeGreaterThan(23);
    expect((times.at(-1) ?? 0) / hourMs).toBeLessThanOrEqual(24);
    expect(times.length).toBeLessThan(40);
  });

  test.each([never, () => 0.5, () => 0.999])("for an hour is told within the next one", (random) => {
    const first = triedAt(random).find((at) => at >= hourMs);
    expect(first).toBeLessThanOrEqual(2 * hourMs);
  });

  test("is not tried by all who failed together at the same moment", () => {
    const at = new Set([0, 0.25, 0.5, 0.75].map((chance) => triedAt(() => chance)[3]));
    expect(at.size).toBe(4);
  });

  test("is given up, and how often it was tried is said", () => {
    const last = plan(unreached, 33, 24 * hourMs);
    expect(last).toEqual({
      next: { kind: "failed" },
      error: "connection refused; given up after 33 tries in 24 hours",
    });
  });
});
