import type { Service, ServiceEvent } from "@berth/api";
import type { Client } from "@berth/client";

export interface FollowOptions {
  readonly signal: AbortSignal;
  readonly readPast: () => Promise<readonly ServiceEvent[]>;
  readonly onPast: (events: readonly ServiceEvent[]) => void;
  readonly onService: (service: Service) => void;
  readonly onEvent: (event: ServiceEvent) => void;
}

/** The past, then each event as it comes: none missed between the two, none told twice. Ends with the server. */
export async function followEvents(client: Client, options: FollowOptions): Promise<void> {
  let connected: () => void = () => {};
  const isConnected = new Promise<void>((resolve) => (connected = resolve));
  const changes = client.streamEvents({ signal: options.signal, onComment: () => connected() });
  const first = changes.next();
  await Promise.race([isConnected, first]);
  const past = await options.readPast();
  options.onPast(past);
  let lastId = past.at(-1)?.id ?? 0;
  for (let next = await first; next.done !== true; next = await changes.next()) {
    const change = next.value;
    if (change.type === "service") options.onService(change.service);
    if (change.type !== "service-event" || change.event.id <= lastId) continue;
    lastId = change.event.id;
    options.onEvent(change.event);
  }
}
