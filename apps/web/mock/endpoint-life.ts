import type { Endpoint, EndpointMoment, Service } from "@berth/api";
import { service } from "./seed-services.ts";
import type { World } from "./world.ts";

const momentEveryMs = 2000;

/** Makes endpoints and jobs move while somebody looks: calls come and go, replicas follow them, jobs progress. */
export function liveEndpoints(world: World): void {
  world.endpoints.lineCount += 1;
  for (const one of world.endpoints.endpoints.values()) {
    loadReplicas(world, one);
    switch (one.status) {
      case "DEPLOYING":
        deploy(world, one);
        break;
      case "STARTING":
        if ((one.expectedReadyAt ?? 0) <= Date.now()) ready(world, one);
        break;
      case "HEALTHY":
        if (one.configuration.template !== null) scale(world, one);
        break;
      case "CREATED":
      case "SCALED_DOWN":
      case "UNHEALTHY":
      case "PAUSED":
      case "FAILED":
        break;
    }
  }
  work(world);
}

/** Calls swell and ebb in two minutes; replicas follow, at most one a step. */
function scale(world: World, one: Endpoint): void {
  const now = Date.now();
  const last = world.endpoints.moments.get(one.id)?.at(-1)?.at ?? 0;
  if (now - last < momentEveryMs) return;
  const { scaling, replicas } = one;
  const wave = (1 + Math.sin(now / 19_000)) / 2;
  const pending = Math.round(wave * scaling.targetPendingRequests * scaling.max);
  const wanted = Math.min(
    scaling.max,
    Math.max(scaling.min, 1, Math.ceil(pending / scaling.targetPendingRequests)),
  );
  const step = Math.sign(wanted - replicas.wanted);
  const next = replicas.wanted + step;
  const inFlight = Math.min(pending, replicas.ready * scaling.targetPendingRequests);
  const reason = `${next} replicas: ${pending} requests are pending, ${scaling.targetPendingRequests} a replica are meant to be`;
  if (step > 0) startReplica(world, one);
  if (step < 0) stopReplica(world, one);
  if (step !== 0)
    world.endpoints.tell(one.id, "scaling", `${replicas.wanted} → ${next}: ${pending} requests are pending`);
  const counts = count(world, one, next);
  note(world, one, {
    at: now,
    ready: counts.ready,
    starting: counts.starting,
    wanted: next,
    inFlight,
    waiting: pending - inFlight,
    arrivalsPerSecond: Math.round(pending * 1.4) / 10,
    reason,
  });
  world.endpoints.change(one.id, {
    replicas: counts,
    inFlight,
    waiting: pending - inFlight,
    decision: reason,
  });
}

function note(world: World, { id }: Endpoint, moment: EndpointMoment): void {
  world.endpoints.moments.set(id, [...(world.endpoints.moments.get(id) ?? []), moment].slice(-2000));
}

function count(world: World, { id }: Endpoint, wanted: number): Endpoint["replicas"] {
  const all = world.endpoints.replicasOf(id);
  const of = (status: Service["status"]): number => all.filter((one) => one.status === status).length;
  return { wanted, ready: of("HEALTHY"), starting: of("STARTING"), draining: of("STOPPING") };
}

function startReplica(world: World, { id, name, currentDeployment }: Endpoint): void {
  const deployment = currentDeployment ?? 1;
  const replicaId = world.newId("3c77");
  world.endpoints.changeReplica(
    service(Date.now(), {
      id: replicaId,
      name: `${name}-${deployment}-${replicaId.slice(-2)}`,
      model: "berth/pilot",
      status: "STARTING",
      statusReason: "loading 0 %",
      replicaOf: { endpointId: id, deployment },
    }),
  );
}

function stopReplica(world: World, { id }: Endpoint): void {
  const one = world.endpoints.replicasOf(id).findLast(({ status }) => status === "HEALTHY");
  if (one !== undefined)
    world.endpoints.changeReplica({ ...one, status: "STOPPING", statusReason: "drains" });
}

function loadReplicas(world: World, { id, status }: Endpoint): void {
  if (status === "PAUSED") return;
  for (const one of world.endpoints.replicasOf(id)) {
    if (one.status === "STOPPING") world.endpoints.replicas.delete(one.id);
    if (one.status !== "STARTING") continue;
    const percent = Number(/\d+/.exec(one.statusReason ?? "")?.[0] ?? 0) + 8;
    const isReady = percent >= 100;
    world.endpoints.changeReplica({
      ...one,
      status: isReady ? "HEALTHY" : "STARTING",
      statusReason: isReady ? null : `loading ${percent} %`,
      healthyAt: isReady ? Date.now() : null,
    });
    if (isReady) world.endpoints.tell(id, "replica", `${one.name} is ready after 6 s`);
  }
}

/** A roll-out is done five seconds after it was ordered. */
function deploy(world: World, one: Endpoint): void {
  const number = one.nextDeployment;
  const next = world.endpoints.deploymentsOf(one.id).find((each) => each.number === number);
  if (number === null || next === undefined || Date.now() - next.createdAt < 5000) return;
  for (const each of world.endpoints.deploymentsOf(one.id))
    world.endpoints.changeDeployment(one.id, each.number, { isCurrent: each.number === number });
  world.endpoints.changeDeployment(one.id, number, { status: "COMPLETED", concludedAt: Date.now() });
  world.endpoints.tell(one.id, "deployment", `Deployment ${number} is what answers`);
  world.endpoints.change(one.id, {
    status: "HEALTHY",
    statusReason: null,
    currentDeployment: number,
    nextDeployment: null,
  });
}

function ready(world: World, one: Endpoint): void {
  const replicas = { ...one.replicas, ready: one.replicas.wanted, starting: 0 };
  world.endpoints.change(one.id, { status: "HEALTHY", statusReason: null, replicas, expectedReadyAt: null });
}

/** Running jobs get on; when one has ended, the next is begun. */
function work(world: World): void {
  for (const { job, values } of world.jobs.all.values()) {
    if (job.status !== "RUNNING" || job.progress === null) continue;
    const { done, total, message } = job.progress;
    const next = done + Math.max(1, Math.round((total ?? 40) / 60));
    if (next < (total ?? 40))
      world.jobs.change(
        job.id,
        { progress: { done: next, total, message } },
        { values: next % 5 === 0 ? [...values, { page: values.length + 1 }] : values },
      );
    else world.jobs.complete(job.id);
  }
  const all = world.jobs.list();
  if (all.filter(({ status }) => status === "RUNNING").length >= 3) return;
  const next = all.findLast((job) => job.status === "QUEUED" && job.availableAt <= Date.now());
  if (next === undefined) return;
  world.jobs.change(next.id, {
    status: "RUNNING",
    startedAt: Date.now(),
    attempts: next.attempts + 1,
    progress: { done: 0, total: 60, message: "reading" },
    workerId: "dispatcher",
  });
}
