import { expect, test } from "vitest";
import { serviceRow } from "../testing/service-row.ts";
import { admit, judgeMemory } from "./memory-admission.ts";

const device = { freeMemoryMiB: 6_000, totalMemoryMiB: 8_000 };
const started = serviceRow({ status: "HEALTHY", estimatedMemoryMiB: 1_000 });
const starting = serviceRow({ status: "STARTING", estimatedMemoryMiB: 4_000 });
const unmeasured = serviceRow({ status: "STARTING", estimatedMemoryMiB: null });
const mapped = serviceRow({ status: "HEALTHY", estimatedMemoryMiB: 7_000 });

test.each([
  ["what fits into free memory", 6_000, [], true, 6_000],
  ["what is one MiB too much", 6_001, [], false, 6_000],
  ["a healthy service has taken its part already", 6_000, [started], true, 6_000],
  ["a starting service has not, so it is held back", 2_001, [starting], false, 2_000],
  ["a service of unknown need holds nothing back", 6_000, [unmeasured], true, 6_000],
  ["weights that are mapped look free and are not", 1_001, [mapped], false, 1_000],
  ["more promised than there is", 1, [starting, mapped], false, 0],
  ["a need that nobody knows is let through", null, [mapped], true, 1_000],
])("%s", (_fact, neededMiB, live, fits, freeMiB) => {
  expect(judgeMemory(neededMiB, device, live)).toMatchObject({ fits, freeMiB });
});

test("a refusal gives the numbers and the way round it", () => {
  const verdict = judgeMemory(5_000, device, [starting]);
  expect(() => admit(verdict, false)).toThrow(
    expect.objectContaining({
      code: "insufficient_memory",
      message:
        "it needs about 5000 MiB and 2000 MiB are free (of 8000 MiB, 4000 MiB of it promised to services that start); " +
        "stop a service, ask for fewer tokens or sequences, or launch it all the same with --force",
      details: { neededMiB: 5_000, freeMiB: 2_000, totalMiB: 8_000, promisedMiB: 4_000 },
    }) as Error,
  );
});

test("force lets it through", () => {
  expect(() => admit(judgeMemory(5_000, device, [starting]), true)).not.toThrow();
});
