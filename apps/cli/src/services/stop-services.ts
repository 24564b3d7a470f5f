import type { Service } from "@berth/api";
import { hasEnded } from "@berth/api/ended-statuses";
import type { Cli } from "../cli.ts";
import { untilInterrupted } from "../interrupt.ts";
import { StatusLine } from "../terminal/status-line.ts";
import { describeStatus } from "./describe-status.ts";
import { untilService } from "./until-service.ts";

/** Asks all to stop at once; with `wait`, resolves when all have ended. */
export async function stopServices(
  cli: Cli,
  services: readonly Service[],
  wait: boolean,
): Promise<Service[]> {
  const client = cli.client();
  const asked = await Promise.all(services.map(({ id }) => client.stopService({ params: { id } })));
  if (!wait || asked.length === 0) return asked;
  const line = new StatusLine(cli.io.stderr);
  try {
    return await untilInterrupted("interrupted; they go on stopping", async (signal) => {
      const ended: Service[] = [];
      for (const { id } of asked) {
        ended.push(
          await untilService(client, id, {
            signal,
            timeoutMs: undefined,
            reached: ({ status }) => hasEnded(status),
            onLook: (seen) => {
              if (!hasEnded(seen.status) && cli.io.stderr.isTTY)
                line.show(`${seen.name}: ${describeStatus(seen)}`);
            },
          }),
        );
      }
      return ended;
    });
  } finally {
    line.clear();
  }
}
