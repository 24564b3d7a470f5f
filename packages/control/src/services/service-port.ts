import { BerthError } from "@berth/api";
import type { ServiceRow } from "@berth/store";

/** What the machine says of its ports. */
export interface PortProbe {
  /** Whether it could be listened on now. */
  isFree(port: number): Promise<boolean>;
  /** Who listens there, in words, where that can be told. */
  holder(port: number): Promise<string | undefined>;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/**
 * A port for a service: the one that is wanted, or the first free one of the range. Throws `already_exists` naming who
 * has the wanted one, `unprocessable` when the range is used up.
 */
export async function chooseServicePort(
  wanted: number | undefined,
  live: readonly ServiceRow[],
  range: PortRange,
  probe: PortProbe,
): Promise<number> {
  const ours = new Map(live.map(({ service }) => [service.port, service]));
  if (wanted === undefined) {
    for (let port = range.first; port <= range.last; port += 1) {
      if (!ours.has(port) && (await probe.isFree(port))) return port;
    }
    throw new BerthError(
      "unprocessable",
      `no port from ${range.first} to ${range.last} is free; stop a service, or widen BERTH_SERVICE_PORTS`,
      { param: "port" },
    );
  }
  const service = ours.get(wanted);
  if (service !== undefined) {
    throw taken(wanted, `service ${service.name}`, { serviceId: service.id });
  }
  if (!(await probe.isFree(wanted))) {
    const holder = (await probe.holder(wanted)) ?? "another program";
    throw taken(wanted, holder, { holder });
  }
  return wanted;
}

function taken(port: number, holder: string, details: Readonly<Record<string, unknown>>): BerthError {
  return new BerthError(
    "already_exists",
    `port ${port} is held by ${holder}; give another, or none to have one chosen`,
    { param: "port", details: { port, ...details } },
  );
}
