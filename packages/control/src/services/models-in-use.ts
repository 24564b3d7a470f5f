import type { Model } from "@berth/api";
import type { ServiceStore } from "@berth/store";

/** The services, in words, that have not ended and read the model's files: `service pilot`. */
export async function servicesUsing(services: ServiceStore, model: Model): Promise<readonly string[]> {
  const live = await services.listServices({ ended: false });
  return live
    .filter(({ service }) => service.profile === model.profile && liesIn(service.modelPath, model.path))
    .map(({ service }) => `service ${service.name}`);
}

const liesIn = (path: string | null, folder: string): boolean =>
  path !== null && (path === folder || path.startsWith(`${folder}/`));
