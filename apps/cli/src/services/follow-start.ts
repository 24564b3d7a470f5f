import type { Service } from "@berth/api";
import { hasEnded } from "@berth/api/ended-statuses";
import type { Cli } from "../cli.ts";
import { untilInterrupted } from "../interrupt.ts";
import { StatusLine } from "../terminal/status-line.ts";
import { describeProgress, milestone } from "./describe-status.ts";
import { tellFailure } from "./tell-failure.ts";
import { untilService } from "./until-service.ts";

/** Shows how the service starts, and resolves when it is HEALTHY. Throws with its reason when it ends instead. */
export async function followStart(
  cli: Cli,
  { id }: Service,
  timeoutMs: number | undefined,
): Promise<Service> {
  const line = new StatusLine(cli.io.stderr);
  try {
    const service = await untilInterrupted(
      `interrupted; the service goes on starting (berth wait ${id})`,
      (signal) =>
        untilService(cli.client(), id, {
          timeoutMs,
          signal,
          reached: ({ status }) => status === "HEALTHY" || hasEnded(status),
          onLook: (seen) =>
            line.show(`${seen.name}: ${describeProgress(seen, cli.io.now())}`, milestone(seen)),
        }),
    );
    line.clear();
    if (service.status !== "HEALTHY") throw tellFailure(cli, service);
    return service;
  } finally {
    line.clear();
  }
}
