import type { Endpoint } from "@berth/api";
import type { Clock } from "@berth/std/clock";
import type { EndpointRow } from "@berth/store";
import type { EndpointSight } from "../controllers/route-source.ts";
import { isSaturated, noTraffic, type Traffic } from "./endpoint-meter.ts";
import type { EndpointRecords } from "./endpoint-records.ts";
import type { EndpointState } from "./endpoint-state.ts";
import type { EndpointFacts } from "./endpoint-step.ts";
import type { Trouble } from "./plan-endpoint.ts";
import { failureOf, replicaOf, type Replica } from "./replica.ts";
import type { ReplicaServices } from "./replica-services.ts";
import { knownSlots } from "./replica-slots.ts";
import { failuresSeen } from "./start-failures.ts";

/** What comes to endpoints, as the gateway and the queue count it. */
export interface EndpointLoads {
  /** `undefined`: nothing has come yet. */
  traffic(endpointId: string): Traffic | undefined;
  /** Requests that the gateway has sent to the service and that are not answered yet. */
  outstanding(serviceId: string): number;
  /** From memory. */
  jobs(endpointId: string): Endpoint["jobs"];
}

export interface EndpointSightsOptions {
  readonly records: () => EndpointRecords;
  readonly services: ReplicaServices;
  readonly loads: EndpointLoads;
  /** How many jobs the ready replicas may have at once. */
  readonly slots: (row: EndpointRow) => number;
  readonly clock: Clock;
}

/** After so many failed starts in a row callers are refused, and told when to come again. */
const hopelessStarts = 3;

/** Sees endpoints as they are: their replicas, what comes to them, and what that means for requests. */
export class EndpointSights {
  readonly #options: EndpointSightsOptions;
  #sights: readonly EndpointSight[] | undefined;
  readonly #known = new Map<string, { readonly text: string; readonly sight: EndpointSight }>();

  constructor(options: EndpointSightsOptions) {
    this.#options = options;
  }

  replicas(row: EndpointRow): readonly Replica[] {
    const { services, loads, clock } = this.#options;
    const { draining, unhealthy } = this.#options.records().state(row.id);
    const behindMs = clock.now() - clock.monotonic();
    const since = (times: ReadonlyMap<string, number>, id: string): number | null => {
      const at = times.get(id);
      return at === undefined ? null : Math.round(at + behindMs);
    };
    return services.of(row.id).flatMap((service) => {
      const { id } = service.service;
      const inFlight = Math.max(loads.outstanding(id), services.inFlight(id));
      const replica = replicaOf(service, { inFlight, drainingSince: since(draining, id) });
      if (replica === undefined) return [];
      return replica.unhealthySince === null
        ? replica
        : { ...replica, unhealthySince: since(unhealthy, id) ?? replica.unhealthySince };
    });
  }

  traffic(endpointId: string): Traffic {
    return this.#options.loads.traffic(endpointId) ?? noTraffic;
  }

  jobs(endpointId: string): Endpoint["jobs"] {
    return this.#options.loads.jobs(endpointId);
  }

  /** Looks, and takes note of what it sees. `profiles`: the names of those that are there. */
  look(
    row: EndpointRow,
    profiles: ReadonlySet<string>,
  ): { readonly replicas: readonly Replica[]; readonly facts: EndpointFacts } {
    const { clock } = this.#options;
    const now = clock.now();
    const state = this.#options.records().state(row.id);
    const replicas = this.replicas(row);
    this.#timeSickness(state, replicas, now);
    const traffic = this.traffic(row.id);
    const jobs = this.jobs(row.id);
    const ready = replicas.filter(({ phase, drainingSince }) => phase === "ready" && drainingSince === null);
    if (state.wokenAt !== null && ready.length > 0) {
      // as after any call
      state.wokenAt = null;
      state.lastActiveAt = now;
    }
    state.failures = failuresSeen(state.failures, replicas, now);
    const waiting = traffic.held + jobs.ready;
    // also what has come and gone between two looks
    const hasCome = state.seenArrived !== undefined && traffic.arrived !== state.seenArrived;
    state.seenArrived = traffic.arrived;
    // a route that leads to its replicas is not counted as traffic of its own
    const inFlight = Math.max(
      traffic.inFlight,
      replicas.reduce((sum, replica) => sum + replica.inFlight, 0),
    );
    if (hasCome || inFlight + waiting + jobs.running > 0) state.lastActiveAt = now;
    const measuredAt = clock.monotonic();
    state.meter.note({ at: measuredAt, ...traffic, ...this.#occupation(row, ready, inFlight) });
    return {
      replicas,
      facts: {
        now,
        inFlight,
        waiting,
        arrivalsPerSecond: state.meter.arrivalsPerSecond(measuredAt),
        steadyPerSecond: state.meter.steadyPerSecond(measuredAt),
        donePerSecond: state.meter.donePerSecond,
        isSaturated: state.meter.isSaturated,
        startMs: this.#startMs(row) ?? null,
        lastActiveAt: state.lastActiveAt,
        isWoken: state.wokenAt !== null,
        failures: state.failures,
        lackOfRoom: state.lackOfRoom,
        shortOfRoom: state.shortOfRoom,
        coming: state.coming,
        profilesOf: (number) => {
          const named = this.#options.records().deployment(row.id, number)?.configuration.profiles ?? [];
          const there = named.filter((name) => profiles.has(name));
          // whoever starts one there says what is wrong
          return there.length === 0 ? named : there;
        },
      },
    };
  }

  /** From when it is seen on, by a clock that never jumps. */
  #timeSickness({ unhealthy }: EndpointState, replicas: readonly Replica[], now: number): void {
    for (const { id, unhealthySince } of replicas) {
      if (unhealthySince === null) unhealthy.delete(id);
      else if (!unhealthy.has(id))
        unhealthy.set(id, this.#options.clock.monotonic() - Math.max(0, now - unhealthySince));
    }
  }

  /** Whether its ready replicas have enough to do. */
  #occupation(row: EndpointRow, ready: readonly Replica[], inFlight: number) {
    const { services, slots } = this.#options;
    const { scaling } = row;
    const ids = new Set(ready.map(({ id }) => id));
    const enough = services
      .of(row.id)
      .filter(({ service }) => ids.has(service.id))
      .reduce((sum, { service }) => sum + (knownSlots(scaling, service) ?? scaling.targetPendingRequests), 0);
    const seen = { ready: ready.length, inFlight, jobs: this.jobs(row.id), slots: slots(row), enough };
    return {
      ready: ready.length,
      busy: ready.filter((replica) => replica.inFlight > 0).length,
      isSaturated: isSaturated(seen),
    };
  }

  /** Profiles on which a replica has failed within that time. */
  failedOn(
    endpointId: string,
    withinMs: number,
  ): readonly { readonly profile: string; readonly until: number }[] {
    return this.#options.services.of(endpointId).flatMap(({ service }) => {
      if (failureOf(service) === null) return [];
      return [{ profile: service.profile, until: (service.endedAt ?? service.updatedAt) + withinMs }];
    });
  }

  /** What endpoints mean for requests: the same array as long as nothing of it changes. */
  list(): readonly EndpointSight[] {
    return (this.#sights ??= this.#options
      .records()
      .rows()
      .map((row) => this.#known.get(row.id)?.sight ?? this.#seen(row)));
  }

  /** To be called after each change of the endpoint's: whoever routes requests hears of it, if it means another thing for them. */
  changed(endpointId: string): void {
    const records = this.#options.records();
    const before = this.#known.get(endpointId)?.sight;
    const row = records.get(endpointId);
    if (row === undefined) this.#known.delete(endpointId);
    const now = row === undefined ? undefined : this.#seen(row);
    if (now !== before) this.#sights = undefined;
    records.tell(endpointId, now !== before);
  }

  /** The same object as long as it says the same. */
  #seen(row: EndpointRow): EndpointSight {
    const sight = this.#sightOf(row);
    const text = JSON.stringify(sight);
    const known = this.#known.get(row.id);
    if (known?.text === text) return known.sight;
    this.#known.set(row.id, { text, sight });
    return sight;
  }

  /** How long a replica that was ordered now would take to be ready, as far as anybody knows. */
  #startMs(row: EndpointRow): number | undefined {
    const { records, services } = this.#options;
    const { currentDeployment, nextDeployment } = row;
    const deployment = records().deployment(row.id, currentDeployment ?? nextDeployment ?? 0);
    const { template, profiles } = deployment?.configuration ?? {};
    const profile = profiles?.[0];
    return template === undefined || template === null || profile === undefined
      ? undefined
      : services.startMs(template, profile);
  }

  #sightOf(row: EndpointRow): EndpointSight {
    const { services } = this.#options;
    const replicas = this.replicas(row).filter(
      ({ phase, drainingSince }) => (phase === "ready" || phase === "starting") && drainingSince === null,
    );
    const current = replicas.filter(({ deployment }) => deployment === row.currentDeployment);
    const next = replicas.filter(({ deployment }) => deployment === row.nextDeployment);
    // the new ones help as soon as they can; a first deployment has nobody else
    const serving = [
      ...current,
      ...(current.length === 0 ? next : next.filter(({ phase }) => phase === "ready")),
    ];
    const expected = services
      .of(row.id)
      .filter(({ service }) => serving.some(({ id }) => id === service.id))
      .flatMap((service) => services.view(service).expectedReadyAt ?? []);
    return {
      row,
      serving: serving.map(({ id }) => id),
      absence: absenceOf(row, this.#options.records().state(row.id), expected, this.#startMs(row)),
    };
  }
}

function absenceOf(
  row: EndpointRow,
  state: EndpointState,
  expected: readonly number[],
  startMs: number | undefined,
): EndpointSight["absence"] {
  const { trouble } = state;
  const name = `${row.owner}/${row.name}`;
  if (row.isPaused)
    return {
      kind: "unavailable",
      reason: `endpoint ${name} is paused; \`berth endpoint resume ${name}\` goes on`,
    };
  if (row.currentDeployment === null && row.nextDeployment === null)
    return {
      kind: "unavailable",
      reason: `endpoint ${name} is not deployed; \`berth endpoint deploy ${name}\` does it`,
    };
  return {
    kind: "starting",
    reason: reasonOf(trouble) ?? state.comingTo(row) ?? "its first replica is being started",
    expectedReadyAtMs: expected.length === 0 ? undefined : Math.min(...expected),
    startMs,
    ...(isHopeless(trouble) ? { nextTryAtMs: trouble.nextTryAt } : {}),
  };
}

/** Nobody is to wait for a start that has failed so often already. */
function isHopeless(trouble: EndpointState["trouble"]): trouble is Trouble & { readonly kind: "failing" } {
  return trouble?.kind === "failing" && trouble.count >= hopelessStarts;
}

function reasonOf(trouble: EndpointState["trouble"]): string | undefined {
  switch (trouble?.kind) {
    case "failing":
      return `starts fail: ${trouble.reason}`;
    case "full":
      return `there is no room for it: ${trouble.reason}`;
    case undefined:
      return undefined;
  }
}
