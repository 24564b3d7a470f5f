import type { Deployment, Endpoint } from "@berth/api";

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const dayMs = 24 * 60 * minuteMs;

/** A history of roll-outs: one that failed, one that answers, one that was given up. */
export function deploymentsOf(
  now: number,
  summaries: Endpoint,
  deploying: Endpoint,
  failed: Endpoint,
  others: readonly Endpoint[],
): Deployment[] {
  const parallel4 = {
    ...summaries.configuration,
    template: { model: "berth/pilot", options: { parallel: 4, maxTotalTokens: 1024 } },
    secrets: [],
  };
  const first = { ...parallel4, hardware: "cpu-sm", profiles: ["local"] };
  return [
    deployment(summaries, 4, now - 3 * 60 * minuteMs, {
      status: "FAILED",
      statusReason:
        "rolled back by itself: the first replica ended with exit code 1, parallel 64 needs 9.1 GiB",
      configuration: {
        ...parallel4,
        template: { model: "berth/pilot", options: { parallel: 64, maxTotalTokens: 1024 } },
      },
      concludedAt: now - 3 * 60 * minuteMs + 48 * secondMs,
    }),
    deployment(summaries, 3, now - 26 * 60 * minuteMs, { isCurrent: true, configuration: parallel4 }),
    deployment(summaries, 2, now - 3 * dayMs, {
      configuration: { ...first, hardware: "cpu-lg" },
      status: "CANCELLED",
      statusReason: "deployment 3 was ordered meanwhile",
    }),
    deployment(summaries, 1, now - 6 * dayMs, { configuration: first }),
    deployment(deploying, 2, now - 40 * secondMs, { status: "DEPLOYING", concludedAt: null }),
    deployment(deploying, 1, now - 2 * dayMs, {
      isCurrent: true,
      creator: null,
      configuration: { ...deploying.configuration, hardware: "cpu-lg" },
    }),
    deployment(failed, 1, now - 5 * 60 * minuteMs, {
      status: "FAILED",
      statusReason: "the command ended with exit code 127, my-server was not found",
    }),
    ...others.map((one) => deployment(one, 1, one.createdAt + minuteMs, { isCurrent: true })),
  ];
}

/** One deployment that went well; `given` says what is different about it. */
export function deployment(
  { id, configuration }: Endpoint,
  number: number,
  createdAt: number,
  given: Partial<Deployment> = {},
): Deployment {
  return {
    id: `dep_${id.slice(3)}_${number}`,
    endpointId: id,
    number,
    status: "COMPLETED",
    statusReason: null,
    isCurrent: false,
    configuration,
    rollbackTo: null,
    creator: "admin",
    createdAt,
    concludedAt: createdAt + 21 * secondMs,
    ...given,
  };
}
