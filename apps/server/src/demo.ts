import type { Logger } from "./log.ts";
import { hasEnded, isBerthError, type CreateService, type Service } from "@berth/api";
import { demoRepo } from "./adapters.ts";

/** Services, as far as the demo needs them. */
export interface DemoServices {
  list(options: { readonly all: boolean }): Promise<readonly Service[]>;
  create(spec: CreateService, signal: AbortSignal): Promise<Service>;
  restart(id: string, signal: AbortSignal): Promise<Service>;
}

const demoName = "pilot";

/**
 * Sees that the demo model runs, so that something answers from the first start on. A service of that name that somebody
 * stopped stays stopped; one that failed is tried again. What goes wrong here is told and stops nobody. Resolves to the
 * name by which the model can be called, if it can.
 */
export async function ensureDemo(
  services: DemoServices,
  log: Logger,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const known = (await services.list({ all: true })).filter(
      ({ name, model, replicaOf }) => replicaOf === null && (name === demoName || model === demoRepo),
    );
    const last = known.findLast(({ status }) => !hasEnded(status)) ?? known.at(-1);
    const running =
      last === undefined
        ? await services.create({ model: demoRepo, image: "text-generation", name: demoName }, signal)
        : last.status === "FAILED"
          ? await services.restart(last.id, signal)
          : last;
    return running.model === demoRepo && !hasEnded(running.status) ? running.name : undefined;
  } catch (error) {
    log.warn({ reason: isBerthError(error) ? error.message : String(error) }, "the demo model does not run");
    return undefined;
  }
}
