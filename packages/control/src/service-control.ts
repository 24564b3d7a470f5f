import type { Profile } from "@berth/api";
import type { Launcher } from "@berth/launchers";
import type { Store } from "@berth/store";
import { Controller, type ControllerOptions } from "./controllers/controller.ts";
import type { RunnerProbe } from "./controllers/health.ts";
import { Forecast } from "./controllers/forecast.ts";
import { LiveFacts } from "./controllers/live-facts.ts";
import { Observer } from "./controllers/observer.ts";
import { type OtherNames, ServiceRoutes } from "./controllers/route-source.ts";
import { type ExecutorOptions, ServiceExecutor } from "./controllers/service-executor.ts";
import { defaultServiceLimits, type ServiceLimits } from "./controllers/service-limits.ts";
import { ServiceReconciler } from "./controllers/service-reconciler.ts";
import type { ReplicaServices } from "./endpoints/replica-services.ts";
import type { Changes } from "./services/changes.ts";
import type { DraftPorts } from "./services/draft-service.ts";
import type { LaunchServiceOptions } from "./services/launch-service.ts";
import { Places, type ProfileLookup } from "./services/place.ts";
import { ServiceRecords } from "./services/service-records.ts";
import { Services } from "./services/services.ts";

type Given = Omit<DraftPorts, "places"> &
  Pick<LaunchServiceOptions, "clock" | "homeId" | "newId" | "newSecret">;

export interface ServiceControlOptions extends Given {
  readonly store: Pick<Store, "services" | "events">;
  readonly changes: Changes;
  readonly profiles: ProfileLookup;
  readonly launcherOf: (profile: Profile) => Launcher;
  readonly probe: RunnerProbe;
  readonly names: OtherNames;
  /** The value of a secret that an endpoint uses, for a launch. */
  readonly secretOf?: ExecutorOptions["secretOf"];
  readonly limits?: Partial<ServiceLimits>;
  readonly onError: ControllerOptions["onError"];
}

const resyncMs = 30_000;
const reconcileBackoff = { firstMs: 100, maxMs: 10_000, jitter: 0.2 };

/** Services and all that keeps them as they were ordered, put together. */
export class ServiceControl {
  readonly services: Services;
  /** What a gateway reads. */
  readonly routes: ServiceRoutes;
  readonly #options: ServiceControlOptions;
  readonly #records: ServiceRecords;
  readonly #forecast = new Forecast();
  readonly #controller: Controller;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: ServiceControlOptions) {
    const { store, changes, clock, homeId, probe, onError } = options;
    const limits = { ...defaultServiceLimits, ...options.limits };
    const places = new Places(options.profiles, options.launcherOf);
    const forecast = this.#forecast;
    const records = new ServiceRecords(store.services, changes, new LiveFacts(), forecast);
    const executor = new ServiceExecutor({ records, homeId, limits, clock, secretOf: options.secretOf });
    const observer = new Observer();
    this.#options = options;
    this.#records = records;
    this.#controller = new Controller(
      new ServiceReconciler({
        records,
        places,
        observer,
        executor,
        probe,
        forecast,
        homeId,
        limits,
        clock,
      }),
      { clock, resyncMs, backoff: reconcileBackoff, onError },
    );
    this.routes = new ServiceRoutes(records, changes, forecast, options.names);
    this.services = new Services({
      ...options,
      records,
      places,
      limits,
      events: store.events,
      wake: (id) => this.wake(id),
    });
  }

  /** Services, for whoever has replicas among them. */
  readonly replicas: ReplicaServices = {
    of: (endpointId) => this.#records.replicasOf(endpointId),
    view: (row) => this.#records.view(row),
    inFlight: (id) => this.#records.fact(id)?.inFlight ?? 0,
    startMs: ({ model, revision, engine, resources }, profile) =>
      this.#forecast.startMs({ profile, model, revision, engine, resources: resources ?? null }),
    create: (spec, replicaOf, signal) => this.services.createReplica(spec, replicaOf, signal),
    preview: (spec, signal) => this.services.previewReplica(spec, signal),
    stop: (id) => this.services.stop(id),
    forget: (id, signal) => this.services.delete(id, signal),
    logs: (id, options, signal) => this.services.logs(id, options, signal),
  };

  /** Reads what was there before, and begins to look after it: what still runs is adopted. */
  async start(): Promise<void> {
    await this.#records.load();
    await this.routes.learn(this.#options.store.events);
    this.#running = this.#controller.run(this.#stop.signal);
  }

  /** Somebody waits for the service, or has seen it fail: look at it now. */
  wake(id: string): void {
    this.#controller.wake(id);
  }

  /** Reads the rows again after somebody else has written them: a profile was renamed. */
  reload(): Promise<void> {
    return this.#records.load();
  }

  /** How many services there are in each status, as last written. */
  countByStatus(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { service } of this.#records.rows())
      counts.set(service.status, (counts.get(service.status) ?? 0) + 1);
    return counts;
  }

  /** Resolves when nothing is under way any more. Engines go on running; the next server adopts them. */
  async close(): Promise<void> {
    this.#stop.abort(new Error("the server stops"));
    await this.#running;
    this.routes.close();
  }
}
