import type { Logger } from "./log.ts";
import { hasEnded, isBerthError, type CreateService, type Service } from "@berth/api";
import { demoRepo } from "./adapters.ts";

/** Services, as far as the demo needs them. */
export interface DemoServices {
  list(options: { readonly all: boolean }): Promise<readonly Service[]>;
  create(spec: CreateService, signal: AbortSignal): Promise<Service>;
  restart(id: string, signal: AbortSignal): Promise<Service>;
}

export const demoName = "pilot";

/**
 * Sees that the demo model runs, so that something answers from the first start on. A service of that name that somebody
 * stopped stays stopped; one that failed is tried again. What goes wrong here is told and stops nobody.
 */
export async function ensureDemo(services: DemoServices, log: Logger, signal: AbortSignal): Promise<void> {
  try {
    const known = (await services.list({ all: true })).find(
      (service) => service.name === demoName || service.model === demoRepo,
    );
    if (known === undefined) {
      await services.create({ model: demoRepo, image: "text-generation", name: demoName }, signal);
    } else if (hasEnded(known.status) && known.status === "FAILED") await services.restart(known.id, signal);
  } catch (error) {
    log.warn({ reason: isBerthError(error) ? error.message : String(error) }, "the demo model does not run");
  }
}
