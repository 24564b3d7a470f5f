import type { Change } from "@berth/api";
import type { Client } from "@berth/client";

export interface FollowOptions<Event> {
  readonly signal: AbortSignal;
  readonly readPast: () => Promise<readonly Event[]>;
  readonly onPast: (events: readonly Event[]) => void;
  /** The event in a change, where it is one of those that are followed. */
  readonly eventOf: (change: Change) => Event | undefined;
  readonly onEvent: (event: Event) => void;
}

/** The past, then each event as it comes: none missed between the two, none told twice. Ends with the server. */
export async function followEvents<Event extends { readonly id: number }>(
  client: Client,
  options: FollowOptions<Event>,
): Promise<void> {
  let connected: () => void = () => {};
  const isConnected = new Promise<void>((resolve) => (connected = resolve));
  const changes = client.streamEvents({ signal: options.signal, onComment: () => connected() });
  const first = changes.next();
  await Promise.race([isConnected, first]);
  const past = await options.readPast();
  options.onPast(past);
  let lastId = past.at(-1)?.id ?? 0;
  for (let next = await first; next.done !== true; next = await changes.next()) {
    const event = options.eventOf(next.value);
    if (event === undefined || event.id <= lastId) continue;
    lastId = event.id;
    options.onEvent(event);
  }
}
