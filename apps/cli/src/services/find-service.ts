import type { Service } from "@berth/api";
import type { Client } from "@berth/client";
import { CliError } from "../exit.ts";

/** Each service by its id, the start of its id, or its name; in order, each once. Refuses before anything is done. */
export async function findServices(client: Client, references: readonly string[]): Promise<Service[]> {
  const found = new Map<string, Service>();
  for (const reference of references) {
    const service = await findService(client, reference);
    found.set(service.id, service);
  }
  return [...found.values()];
}

export function findService(client: Client, reference: string): Promise<Service> {
  if (reference.trim() === "")
    throw new CliError("usage", "give a service's id, the start of its id, or its name");
  return client.getService({ params: { id: reference } });
}
