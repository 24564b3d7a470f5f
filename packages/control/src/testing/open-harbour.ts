import type { CreateService } from "@berth/api";
import { Harbour } from "./harbour.ts";
import type { ServiceControl } from "../service-control.ts";

const { signal } = new AbortController();

/** A server in a world that differs from the usual one by what is given. */
export async function openHarbour(
  given: Partial<Harbour> = {},
): Promise<{ harbour: Harbour; control: ServiceControl }> {
  const harbour = Object.assign(new Harbour(), given);
  return { harbour, control: await harbour.start() };
}

/** The id of a service that was healthy and has been stopped. */
export async function endedService(
  harbour: Harbour,
  control: ServiceControl,
  spec: CreateService = { model: "berth/pilot" },
): Promise<string> {
  const { id } = await control.services.create(spec, signal);
  await harbour.until(id, "HEALTHY");
  await control.services.stop(id);
  await harbour.until(id, "STOPPED");
  return id;
}
