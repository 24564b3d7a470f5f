import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listServices, startBerth, waitForService, type Berth } from "./berth-process.ts";
import { callsOf, type ApiDocument } from "./fuzz.ts";

const runs = Number(process.env["BERTH_FUZZ_RUNS"] ?? 25);
const hangMs = 20_000;
/** Streams that end only with their reader, and what would change the machine beyond the home. */
const left = new Set([
  "get /api/v1/events",
  "post /api/v1/services",
  "post /api/v1/profiles",
  "post /api/v1/database/backup",
]);
/** What stands behind these is not ours: the hub is told to be offline here. */
const told = new Set(["offline"]);

let berth: Berth;
beforeAll(async () => {
  berth = await startBerth({ environment: { BERTH_HOLD_SECONDS: "1" } });
  await waitForService(berth, "pilot");
});
afterAll(() => berth.dispose());

test("no call of any route, however odd, ends in a 5xx or hangs", { timeout: 900_000 }, async () => {
  const document = (await (await berth.fetch("/api/openapi.json")).json()) as ApiDocument;
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ path, method })),
  );
  expect(operations.length).toBeGreaterThan(40);
  for (const { path, method } of operations) {
    if (left.has(`${method} ${path}`)) continue;
    await fc.assert(
      fc.asyncProperty(callsOf(document, path, method), async (call) => {
        const response = await berth.fetch(call.path, {
          method: call.method,
          signal: AbortSignal.timeout(hangMs),
          ...(call.body === undefined ? {} : { body: call.body }),
        });
        const text = await response.text();
        if (response.status < 500) return;
        const code = (JSON.parse(text) as { error: { code: string } }).error.code;
        if (!told.has(code)) throw new Error(`${response.status} ${text}`);
      }),
      { numRuns: runs },
    );
  }
  expect((await listServices(berth)).map((service) => service.status)).toEqual(["HEALTHY"]);
});

test(
  "an odd launch, profile or backup is refused or previewed, never a 5xx",
  { timeout: 300_000 },
  async () => {
    const document = (await (await berth.fetch("/api/openapi.json")).json()) as ApiDocument;
    await fc.assert(
      fc.asyncProperty(callsOf(document, "/api/v1/services/preview", "post"), async (call) => {
        const response = await berth.fetch("/api/v1/services/preview", {
          method: "POST",
          body: call.body ?? "",
        });
        expect(response.status, await response.text()).toBeLessThan(500);
      }),
      { numRuns: runs * 4 },
    );
  },
);
