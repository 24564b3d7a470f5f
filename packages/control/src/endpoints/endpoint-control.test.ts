import { hasEnded } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { describe, expect, test } from "vitest";
import { ada, comingRepo, EndpointWorld } from "../testing/endpoint-world.ts";
import { model } from "../testing/model.ts";
import { noTraffic } from "./endpoint-meter.ts";
import { cluster, here } from "../testing/harbour.ts";

const { signal } = new AbortController();

async function world(given: Partial<EndpointWorld["harbour"]> = {}): Promise<EndpointWorld> {
  const one = new EndpointWorld();
  Object.assign(one.harbour, given);
  return one.start();
}

const isReady = ({ replicas }: { readonly replicas: { readonly ready: number } }): boolean =>
  replicas.ready > 0;

describe("scaling", () => {
  test("nothing runs before it is deployed, and a deployment that nobody woke runs nothing", async () => {
    const at = await world();
    const { status } = await at.deployed({}, false);
    expect([status, at.running()]).toEqual(["SCALED_DOWN", 0]);
  });

  test("a deployment that is woken has a replica, that stays for its scaledown period and goes", async () => {
    const at = await world();
    const { id } = await at.deployed({ scaling: { scaledownPeriodSeconds: 60 } });
    expect(at.endpoints.get(id)).toMatchObject({ status: "HEALTHY", currentDeployment: 1 });
    await at.pass(50_000);
    expect(at.running()).toBe(1);
    await at.until(id, ({ status }) => status === "SCALED_DOWN");
    await at.pass(5_000);
    expect(at.running()).toBe(0);
  });

  test("a call that does not wait starts a replica all the same", async () => {
    const at = await world();
    const { id } = await at.deployed({}, false);
    expect(at.control.called(id)).toBe(true);
    expect(at.control.called("svc-1")).toBe(false);
    await at.until(id, isReady);
  });

  test("from zero all that are needed start at once, and go when nothing comes any more", async () => {
    const at = await world();
    const scaling = { max: 3, targetPendingRequests: 10, scaledownPeriodSeconds: 30 };
    const { id } = await at.deployed({ scaling }, false);
    at.load(id, 25);
    at.control.called(id);
    await at.until(id, ({ replicas }) => replicas.ready === 3);
    at.load(id, 0);
    await at.until(id, ({ status }) => status === "SCALED_DOWN");
    await at.pass(5_000);
    expect([at.running(), at.harbour.sea.violations]).toEqual([0, []]);
    expect(at.harbour.sea.started.size).toBe(3);
  });

  test("replicas have no port, and are reached by their endpoint alone", async () => {
    const at = await world({ busyPorts: Array.from({ length: 10 }, (_, index) => 8080 + index) });
    const { id } = await at.deployed();
    expect(at.replicas(id).map(({ service }) => service.port)).toEqual([null]);
    const [replica] = at.replicas(id);
    expect([...at.routes.routes.keys()].toSorted()).toEqual(["ada/chat", "chat", id].toSorted());
    expect(at.routes.routes.get("chat")?.upstreams.map(({ upstream }) => upstream)).toMatchObject([
      { serviceId: replica?.service.id, state: { kind: "ready" } },
    ]);
  });

  test("starts that fail are told of, tried again later and later, and forgotten when one is good", async () => {
    const at = await world();
    const { id } = await at.deployed({ scaling: { scaledownPeriodSeconds: 60 } }, false);
    at.harbour.sea.fate = { exitCode: 3 };
    at.load(id, 1);
    at.control.called(id);
    const failing = await at.until(id, ({ status }) => status === "UNHEALTHY");
    expect(failing.statusReason).toContain("failed in a row");
    at.harbour.sea.fate = "ready";
    await at.until(id, isReady);
    at.load(id, 0);
    const asleep = await at.until(id, ({ replicas }) => replicas.ready + replicas.starting === 0);
    expect(asleep.status).toBe("SCALED_DOWN");
  });

  test("after three starts that failed in a row callers are told when the next is tried, and jobs wait", async () => {
    const at = await world();
    const { id } = await at.deployed({}, false);
    at.harbour.sea.fate = { exitCode: 3 };
    at.queue(id, 1);
    const state = () => {
      const upstream = at.routes.routes.get("chat")?.upstreams[0]?.upstream;
      return upstream?.kind === "service" ? upstream.state : undefined;
    };
    await at.until(id, ({ statusReason }) => statusReason?.includes("2 starts failed in a row") === true);
    expect(state()).not.toHaveProperty("nextTryAtMs");
    await at.until(id, ({ statusReason }) => statusReason?.includes("3 starts failed in a row") === true);
    const now = at.harbour.clock.now();
    expect(state()).toMatchObject({ kind: "starting", reason: expect.stringContaining("starts fail: ") });
    const { nextTryAtMs = 0 } = state() as { readonly nextTryAtMs?: number };
    expect(nextTryAtMs - now).toBeGreaterThan(35_000);
    expect(nextTryAtMs - now).toBeLessThanOrEqual(40_000);
    at.harbour.sea.fate = "ready";
    await at.until(id, isReady);
  });

  test("before its first replica is ordered callers are told how long a start took before", async () => {
    const at = await world();
    const { id } = await at.deployed({ scaling: { scaledownPeriodSeconds: 10 } });
    await at.until(id, ({ status }) => status === "SCALED_DOWN");
    const upstream = at.routes.routes.get("chat")?.upstreams[0]?.upstream;
    expect(upstream).toMatchObject({
      serviceId: id,
      state: { kind: "starting", startMs: expect.any(Number) },
    });
  });

  test("what replicas have in flight is told, also what is counted as traffic at its end only", async () => {
    const at = await world();
    const { id } = await at.deployed();
    for (const { service } of at.replicas(id)) at.outstanding.set(service.id, 2);
    expect(at.endpoints.get(id).inFlight).toBe(2);
  });

  test("a job starts a replica at once, where none is", async () => {
    const at = await world();
    const { id } = await at.deployed({}, false);
    await at.until(id, ({ replicas }) => replicas.ready + replicas.starting === 0);
    // between two of the looks that are taken at everything
    await at.pass(31_000);
    // one that is delayed waits for its time, and needs nobody
    at.queue(id, 0, 1);
    await at.pass(1_000);
    expect(at.replicas(id)).toHaveLength(0);
    at.queue(id, 1);
    await at.pass(1_000);
    expect(at.replicas(id)).toHaveLength(1);
  });

  test("what no place has room for is no failed start: it is told, and all that are wanted start when there is room", async () => {
    const at = await world({ freeMemoryMiB: 10 });
    const { id } = await at.deployed({ scaling: { max: 3, targetPendingRequests: 1 } }, false);
    at.load(id, 8);
    at.control.called(id);
    const full = await at.until(id, ({ status }) => status === "UNHEALTHY");
    expect(full.statusReason).toContain("there is no room for another: here: it needs about 100 MiB");
    expect(full.statusReason).not.toContain("failed in a row");
    expect(at.running()).toBe(0);
    at.harbour.freeMemoryMiB = 8_000;
    await at.until(id, ({ replicas }) => replicas.starting === 3);
  });

  test("what failed when somebody asked is forgotten when nobody does, and the next burst starts all it needs", async () => {
    const at = await world();
    const scaling = { max: 3, targetPendingRequests: 10, scaledownPeriodSeconds: 30 };
    const { id } = await at.deployed({ scaling }, false);
    at.harbour.profiles = [{ ...here, id: "attic", name: "attic" }];
    at.load(id, 1);
    const failing = await at.until(id, ({ status }) => status === "UNHEALTHY");
    expect(failing.statusReason).toContain("1 start failed in a row");
    at.load(id, 0);
    await at.until(id, ({ status }) => status === "SCALED_DOWN");
    await at.pass(60_000);
    at.harbour.profiles = [here];
    at.harbour.sea.fate = "loading";
    at.load(id, 25);
    at.control.called(id);
    await at.pass(1_000);
    expect(at.endpoints.get(id)).toMatchObject({ status: "STARTING", replicas: { starting: 3 } });
  });

  test("a wake that nobody waits for does not try for ever", async () => {
    const at = await world({ freeMemoryMiB: 10 });
    const { id } = await at.deployed({ scaling: { scaledownPeriodSeconds: 60 } }, false);
    at.control.called(id);
    await at.until(id, ({ status }) => status === "UNHEALTHY");
    await at.pass(180_000);
    at.harbour.freeMemoryMiB = 8_000;
    await at.pass(60_000);
    expect(at.running()).toBe(0);
  });
});

describe("how fast replicas are", () => {
  /** Requests that come and end at that pace, with so many in flight at each moment. */
  async function flow(at: EndpointWorld, id: string, perSecond: number, inFlight: number, seconds: number) {
    for (let second = 0; second < seconds; second += 1) {
      const { arrived, finished } = at.traffic.get(id) ?? noTraffic;
      at.traffic.set(id, {
        arrived: arrived + perSecond,
        finished: finished + perSecond,
        inFlight,
        held: 0,
      });
      const ready = at.replicas(id).filter(({ service }) => service.status === "HEALTHY");
      for (const [place, { service }] of ready.entries())
        at.outstanding.set(service.id, Math.floor((inFlight + place) / ready.length));
      await at.pass(1_000);
    }
  }

  test("is seen of the jobs they get, and what waits is begun in time", async () => {
    const at = await world();
    const { id } = await at.deployed({ scaling: { max: 3, queueDelaySeconds: 10 } });
    // as many as the engine takes at once; a hundred for each would do without the delay
    at.queue(id, 90);
    await flow(at, id, 2, 4, 10);
    expect(at.endpoints.get(id)).toMatchObject({
      replicas: { wanted: 3 },
      decision: expect.stringContaining("to be begun within 10 s"),
    });
  });

  test("is forgotten with their deployment", async () => {
    const at = await world();
    const scaling = { max: 3, targetPendingRequests: 4, scaledownPeriodSeconds: 20 };
    const { id } = await at.deployed({ scaling });
    at.load(id, 12);
    await at.until(id, ({ replicas }) => replicas.ready === 3);
    await flow(at, id, 0.3, 12, 15);
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ currentDeployment }) => currentDeployment === 2);
    at.outstanding.clear();
    await flow(at, id, 2, 0, 40);
    expect(at.endpoints.get(id).replicas).toMatchObject({ wanted: 1, ready: 1 });
  });
});

describe("places", () => {
  test("where the first profile has no memory the second takes it", async () => {
    const at = await world({ profiles: [here, cluster], freeMemoryMiB: 10 });
    const { id } = await at.deployed({ profiles: ["here", "della"] });
    expect(at.replicas(id).map(({ service }) => service.profile)).toEqual(["della"]);
  });

  test("where the first profile lets it wait for long the next takes one, and what is too many goes", async () => {
    const at = await world({ profiles: [here, cluster] });
    const { id } = await at.deployed({ profiles: ["della", "here"] }, false);
    at.harbour.sea.fate = "queued";
    at.load(id, 1);
    at.control.called(id);
    await at.until(id, ({ replicas }) => replicas.starting === 1);
    at.harbour.sea.fate = "ready";
    await at.pass(110_000);
    expect(at.replicas(id).map(({ service }) => service.profile)).toEqual(["della"]);
    await at.until(id, isReady);
    at.load(id, 1);
    await at.pass(5_000);
    expect(at.replicas(id).map(({ service }) => service.profile)).toEqual(["here"]);
    expect(at.harbour.sea.violations).toEqual([]);
  });

  test("while the first profile downloads the model the next, which has it, takes it", async () => {
    const there = model({ id: "there", repo: comingRepo, profile: "della" });
    const at = await world({ profiles: [here, cluster], models: [there] });
    const { id } = await at.deployed({ profiles: ["here", "della"], template: { model: comingRepo } });
    expect(at.replicas(id).map(({ service }) => service.profile)).toEqual(["della"]);
  });

  test("while a model is downloaded a profile that does not take it is not asked again and again", async () => {
    const listed = async (profiles: string[]): Promise<number> => {
      const at = await world({ profiles: [here, cluster] });
      const { id } = await at.deployed({ profiles, template: { model: comingRepo } }, false);
      let lists = 0;
      Object.defineProperty(at.harbour, "models", {
        get: () => {
          lists += 1;
          return [];
        },
      });
      at.control.called(id);
      await at.pass(20_000);
      return lists;
    };
    expect((await listed(["here", "della"])) - (await listed(["here"]))).toBe(1);
  });

  test("a model that no profile has is brought to the first alone", async () => {
    const at = await world({ profiles: [here, cluster] });
    const { id } = await at.endpoints.create(
      { name: "chat", profiles: ["here", "della"], template: { model: comingRepo } },
      ada,
    );
    await at.endpoints.deploy(id, true, ada, signal);
    await at.pass(5_000);
    expect(at.endpoints.get(id)).toMatchObject({
      status: "DEPLOYING",
      statusReason: expect.stringContaining(comingRepo),
    });
    expect(new Set(at.ordered.map(({ profile }) => profile))).toEqual(new Set(["here"]));
  });

  test("while the model of a roll-out is downloaded more of what is there start, and it is told what for", async () => {
    const at = await world();
    const { id } = await at.deployed({ scaling: { max: 3, targetPendingRequests: 1 } });
    await at.endpoints.update(id, { template: { model: comingRepo } }, ada);
    await at.endpoints.deploy(id, true, ada, signal);
    await at.pass(2_000);
    at.load(id, 3);
    expect(await at.until(id, ({ replicas }) => replicas.ready === 3)).toMatchObject({
      status: "DEPLOYING",
      statusReason: expect.stringContaining(comingRepo),
    });
  });

  test("a replica that waits for its turn is no failed start where the other profiles are gone", async () => {
    const attic = { ...here, id: "attic", name: "attic", default: false };
    const at = await world({ profiles: [here, cluster, attic] });
    const { id } = await at.deployed({ profiles: ["della", "attic"] }, false);
    at.harbour.sea.fate = "queued";
    at.load(id, 1);
    at.control.called(id);
    await at.pass(5_000);
    await at.endpoints.deploy(id, true, ada, signal);
    await at.pass(5_000);
    at.harbour.profiles = [here, cluster];
    await at.pass(300_000);
    const { status, replicas, decision } = at.endpoints.get(id);
    expect([status, replicas.starting]).toEqual(["DEPLOYING", 2]);
    expect(decision).not.toContain("fail");
  });

  test("a profile that is gone is passed over, and keeps nobody from changing the rest", async () => {
    const at = await world({ profiles: [here, { ...here, id: "attic", name: "attic", default: false }] });
    const { id } = await at.deployed({ profiles: ["attic", "here"] }, false);
    at.harbour.profiles = [here];
    await at.endpoints.update(id, { visibility: "public", scaling: { max: 2 } }, ada);
    await expect(at.endpoints.update(id, { profiles: ["attic"] }, ada)).rejects.toMatchObject({
      param: "profiles[0]",
    });
    at.control.called(id);
    await at.until(id, isReady);
    expect(at.replicas(id).map(({ service }) => service.profile)).toEqual(["here"]);
  });

  test("where all are gone it says so", async () => {
    const at = await world();
    const { id } = await at.deployed({}, false);
    at.harbour.profiles = [{ ...here, id: "attic", name: "attic" }];
    at.control.called(id);
    const failing = await at.until(id, ({ status }) => status === "UNHEALTHY");
    expect(failing.statusReason).toContain("none of the profiles here is there any more");
  });

  test("a profile's new name is written wherever it stands", async () => {
    const at = await world();
    const { id } = await at.deployed({}, false);
    at.harbour.profiles = [{ ...here, name: "desk" }];
    await at.control.renameProfile("here", "desk");
    expect(at.endpoints.get(id).configuration.profiles).toEqual(["desk"]);
    await at.endpoints.rollback(id, { number: 1, wakeup: true }, ada, signal);
    await at.until(id, isReady);
  });
});

describe("deployments", () => {
  test("the new is ready before the old drains, and the old ends what it has", async () => {
    const at = await world();
    const { id } = await at.deployed();
    const [old] = at.replicas(id);
    at.load(id, 2);
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ currentDeployment }) => currentDeployment === 2);
    await at.pass(10_000);
    expect((await at.harbour.row(old?.service.id ?? "")).service.status).toBe("HEALTHY");
    const serving = at.routes.routes.get("chat")?.upstreams.map(({ upstream }) => upstream);
    expect(serving).toHaveLength(1);
    expect(serving?.[0]).not.toMatchObject({ serviceId: old?.service.id });
    at.outstanding.clear();
    await at.pass(5_000);
    expect([hasEnded((await at.harbour.row(old?.service.id ?? "")).service.status), at.running()]).toEqual([
      true,
      1,
    ]);
  });

  test("a failed one leaves the old one as it was, says why, and nothing of it runs", async () => {
    const at = await world();
    const { id } = await at.deployed();
    const [old] = at.replicas(id);
    at.harbour.sea.fate = { exitCode: 7 };
    await at.endpoints.deploy(id, true, ada, signal);
    const after = await at.until(id, ({ nextDeployment }) => nextDeployment === null);
    expect(after).toMatchObject({ currentDeployment: 1, status: "HEALTHY" });
    expect(after.statusReason).toContain("deployment 2 has failed, 1 goes on");
    await at.pass(5_000);
    expect(at.replicas(id).map(({ service }) => service.id)).toEqual([old?.service.id]);
    expect(at.endpoints.deployments(id).map(({ number, status }) => [number, status])).toEqual([
      [2, "FAILED"],
      [1, "COMPLETED"],
    ]);
  });

  test("another order cancels the one that is rolled out, and its replicas go", async () => {
    const at = await world();
    const { id } = await at.deployed();
    at.harbour.sea.fate = "loading";
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ replicas }) => replicas.starting === 1);
    at.harbour.sea.fate = "ready";
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ currentDeployment }) => currentDeployment === 3);
    await at.pass(5_000);
    expect(at.running()).toBe(1);
    expect(at.endpoints.deployments(id).map(({ status }) => status)).toEqual([
      "COMPLETED",
      "CANCELLED",
      "COMPLETED",
    ]);
  });

  test("orders in the same moment get numbers of their own", async () => {
    const at = await world();
    const { id } = await at.deployed();
    const ordered = await Promise.all([1, 2, 3].map(() => at.endpoints.deploy(id, true, ada, signal)));
    expect(ordered.map(({ number }) => number)).toEqual([2, 3, 4]);
    await at.until(id, ({ currentDeployment }) => currentDeployment === 4);
    await at.pass(5_000);
    expect(at.running()).toBe(1);
  });

  test("rolled back to the last good one, to a number, and to nothing", async () => {
    const at = await world();
    const { id } = await at.deployed({ template: { model: "berth/pilot", env: { SAYS: "one" } } });
    const rollback = (number?: number) => at.endpoints.rollback(id, { number, wakeup: true }, ada, signal);
    await expect(rollback()).rejects.toMatchObject({ code: "unprocessable", param: "number" });
    await expect(rollback(9)).rejects.toMatchObject({ code: "unprocessable", param: "number" });
    await at.endpoints.update(id, { template: { model: "berth/pilot", env: { SAYS: "two" } } }, ada);
    expect(at.endpoints.get(id).hasChanges).toBe(true);
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ currentDeployment }) => currentDeployment === 2);
    expect(await rollback()).toMatchObject({ number: 3, rollbackTo: 1 });
    await at.until(id, ({ currentDeployment }) => currentDeployment === 3);
    expect(at.endpoints.find(id).configuration.template?.env).toEqual({ SAYS: "one" });
    expect(await rollback(2)).toMatchObject({ number: 4, rollbackTo: 2 });
    // what is being rolled out now is left for what answers still
    expect(await rollback()).toMatchObject({ number: 5, rollbackTo: 3 });
  });

  test("paused, nothing runs and nothing is woken; resumed, it goes on", async () => {
    const at = await world();
    const { id } = await at.deployed();
    await at.endpoints.pause(id, ada);
    await at.pass(5_000);
    expect(at.running()).toBe(0);
    expect(() => at.endpoints.wake(id, ada)).toThrow("is paused");
    at.control.called(id);
    await at.endpoints.resume(id, ada);
    await at.pass(5_000);
    expect(at.running()).toBe(0);
    at.endpoints.wake(id, ada);
    await at.until(id, isReady);
  });
});

describe("a roll-out amid which", () => {
  async function rolling() {
    const at = await world();
    const { id } = await at.deployed();
    at.harbour.sea.fate = "loading";
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ replicas }) => replicas.starting === 1);
    return { at, id };
  }

  test("the endpoint is paused is cancelled, and what answered before answers after", async () => {
    const { at, id } = await rolling();
    await at.endpoints.pause(id, ada);
    expect(at.endpoints.deployments(id)[0]).toMatchObject({
      status: "CANCELLED",
      statusReason: "the endpoint was paused",
    });
    await at.pass(5_000);
    expect(at.running()).toBe(0);
    at.harbour.sea.fate = "ready";
    await at.endpoints.resume(id, ada);
    at.endpoints.wake(id, ada);
    expect(await at.until(id, isReady)).toMatchObject({ currentDeployment: 1, nextDeployment: null });
  });

  test("the endpoint is deleted is cancelled", async () => {
    const { at, id } = await rolling();
    await at.endpoints.delete(id, ada);
    expect((await at.store.listDeployments(id)).map(({ status }) => status)).toEqual([
      "COMPLETED",
      "CANCELLED",
    ]);
  });

  test("of a paused endpoint there is none: it is deployed at once", async () => {
    const at = await world();
    const { id } = await at.deployed();
    await at.endpoints.pause(id, ada);
    await at.endpoints.deploy(id, true, ada, signal);
    expect(await at.until(id, ({ nextDeployment }) => nextDeployment === null)).toMatchObject({
      status: "PAUSED",
      currentDeployment: 2,
    });
  });
});

describe("where memory holds one replica only", () => {
  /** A hundred MiB are free beside what runs, and that is what a replica needs. */
  async function narrow(scaling: { readonly rollout?: "surge" } = {}) {
    const at = await world({ freeMemoryMiB: 100 });
    const { id } = await at.deployed({ scaling });
    const [old] = at.replicas(id);
    at.harbour.freeMemoryMiB = 50;
    /** The old one's memory is free when it has gone. */
    const free = async () => {
      await at.until(id, () => at.running() === 0);
      at.harbour.freeMemoryMiB = 100;
    };
    return { at, id, old, free };
  }

  test("a roll-out puts the new one in place of the old", async () => {
    const { at, id, free } = await narrow();
    await at.endpoints.deploy(id, true, ada, signal);
    await free();
    expect(await at.until(id, ({ nextDeployment }) => nextDeployment === null)).toMatchObject({
      currentDeployment: 2,
      status: "HEALTHY",
    });
    expect([at.running(), at.harbour.sea.violations]).toEqual([1, []]);
  });

  test("and the old one back where the new one fails", async () => {
    const { at, id, free } = await narrow();
    at.harbour.sea.fate = { exitCode: 7 };
    await at.endpoints.deploy(id, true, ada, signal);
    await free();
    const failed = await at.until(id, ({ nextDeployment }) => nextDeployment === null);
    expect(failed.currentDeployment).toBe(1);
    at.harbour.sea.fate = "ready";
    expect(await at.until(id, isReady)).toMatchObject({ currentDeployment: 1 });
    expect(at.endpoints.deployments(id)[0]?.status).toBe("FAILED");
  });

  test("a roll-out beside the old one fails, where that was said, and leaves it as it was", async () => {
    const { at, id, old } = await narrow({ rollout: "surge" });
    await at.endpoints.deploy(id, true, ada, signal);
    const failed = await at.until(id, ({ nextDeployment }) => nextDeployment === null);
    expect(failed.statusReason).toContain("it needs about 100 MiB and 50 MiB are free");
    expect(at.replicas(id).map(({ service }) => service.id)).toEqual([old?.service.id]);
  });
});

describe("a configuration", () => {
  const elsewhere = {
    ...cluster,
    id: "attic",
    name: "attic",
    status: "invalid" as const,
    statusReason: "no such host",
  };

  test("that one of its profiles would take is deployed", async () => {
    const at = await world({ profiles: [here, elsewhere] });
    const { id } = await at.deployed({ profiles: ["attic", "here"] });
    expect(at.replicas(id).map(({ service }) => service.profile)).toEqual(["here"]);
  });

  test("that none would take is refused with what each has said", async () => {
    const at = await world({ profiles: [here, elsewhere, { ...elsewhere, id: "cellar", name: "cellar" }] });
    const { id } = await at.endpoints.create(
      { name: "chat", template: { model: "berth/pilot" }, profiles: ["attic", "cellar"] },
      ada,
    );
    await expect(at.endpoints.deploy(id, true, ada, signal)).rejects.toThrow(
      /^attic: .*no such host.*; cellar: .*no such host/,
    );
  });
});

describe("with a clock that goes back by an hour", () => {
  class TurnedClock extends FakeClock {
    backMs = 0;

    override now(): number {
      return super.now() - this.backMs;
    }
  }

  async function turned() {
    const clock = new TurnedClock();
    const at = await world({ clock });
    const { id } = await at.deployed({ scaling: { min: 1 } });
    return { at, clock, id };
  }

  test("what drains ends all the same", async () => {
    const { at, clock, id } = await turned();
    at.load(id, 1);
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ currentDeployment }) => currentDeployment === 2);
    await at.pass(1_000);
    clock.backMs = 3_600_000;
    at.outstanding.clear();
    await at.pass(5_000);
    expect(at.running()).toBe(1);
  });

  test("what does not answer any more is replaced all the same", async () => {
    const { at, clock, id } = await turned();
    const [old] = at.replicas(id);
    for (const launch of at.harbour.sea.launches.values()) Object.assign(launch, { secret: "another's" });
    await at.until(id, ({ replicas }) => replicas.ready === 0);
    await at.pass(5_000);
    clock.backMs = 3_600_000;
    await at.pass(330_000);
    await at.until(id, isReady);
    expect(at.replicas(id).map(({ service }) => service.id)).not.toContain(old?.service.id);
  });
});

describe("the end", () => {
  test("deleted while replicas start, nothing is left, and the name is free at once", async () => {
    const at = await world();
    at.harbour.sea.fate = "loading";
    const { id } = await at.endpoints.create(
      { name: "chat", template: { model: "berth/pilot" }, scaling: { min: 2, max: 2 } },
      ada,
    );
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ replicas }) => replicas.starting === 2);
    await at.endpoints.delete(id, ada);
    await expect(at.endpoints.rename(id, "other", ada)).rejects.toMatchObject({ code: "not_found" });
    at.harbour.sea.fate = "ready";
    const again = await at.deployed();
    expect(again.id).not.toBe(id);
    await at.pass(10_000);
    expect([at.running(), await at.store.listEndpoints()]).toMatchObject([1, [{ id: again.id }]]);
    expect(await at.harbour.store.listServices()).toHaveLength(1);
    expect(at.harbour.sea.violations).toEqual([]);
  });
});

describe("names", () => {
  test("a former name leads to it until somebody takes it, and then never again", async () => {
    const at = await world();
    const { id } = await at.deployed({}, false);
    await at.endpoints.rename(id, "talk", ada);
    expect(at.endpoints.get("ada/chat").id).toBe(id);
    expect(at.routes.endpoints.get("ada/chat")?.endpoint?.fullName).toBe("ada/talk");
    const other = await at.deployed({}, false);
    expect(at.endpoints.get("ada/chat").id).toBe(other.id);
    expect(at.routes.endpoints.get("ada/chat")?.endpoint?.endpointId).toBe(other.id);
    await at.endpoints.rename(other.id, "speak", ada);
    expect(at.endpoints.get("ada/chat").id).toBe(other.id);
    await expect(at.endpoints.rename(other.id, "talk", ada)).rejects.toMatchObject({ param: "name" });
  });

  test("of one name the asker's own comes first; others say whose they mean", async () => {
    const at = await world();
    const mine = await at.deployed({}, false);
    const theirs = await at.deployed({ owner: "bob" }, false);
    expect(at.endpoints.get("chat", ada).id).toBe(mine.id);
    expect(() => at.endpoints.get("chat", { keyId: "x", owner: "eve" })).toThrow("ada/chat or bob/chat");
    const caller = { keyId: "x", owner: "eve", scopes: ["inference" as const], models: null };
    expect(() => at.endpoints.findCallable("bob/chat", caller)).toThrow("there is no endpoint");
    await at.endpoints.update(theirs.id, { visibility: "internal" }, ada);
    expect(at.endpoints.findCallable("chat", caller).id).toBe(theirs.id);
  });

  test("who may call an endpoint may not take its jobs: its owner's keys may, and nobody's those of nobody", async () => {
    const at = await world();
    const theirs = await at.deployed({ owner: "bob", visibility: "public" }, false);
    const loose = await at.deployed({ owner: "berth" }, false);
    const worker = { keyId: "w", scopes: ["worker" as const], models: null };
    const eve = { ...worker, owner: "eve" };
    expect(at.endpoints.findCallable("bob/chat", eve).id).toBe(theirs.id);
    expect(() => at.endpoints.findWorkable("bob/chat", eve)).toThrow("only keys of bob may take jobs");
    expect(() => at.endpoints.findWorkable("berth/chat", eve)).toThrow("there is no endpoint");
    expect(at.endpoints.findWorkable("chat", { ...worker, owner: "bob" }).id).toBe(theirs.id);
    expect(at.endpoints.findWorkable("chat", worker).id).toBe(loose.id);
    expect(() => at.endpoints.findWorkable("bob/chat", worker)).toThrow("only keys of bob");
    expect(() => at.endpoints.findWorkable("chat", { ...worker, models: ["other"] })).toThrow("may not call");
    expect(at.endpoints.findWorkable("bob/chat", { ...worker, scopes: ["admin"] }).id).toBe(theirs.id);
  });
});

describe("secrets", () => {
  const template = { model: "berth/pilot", env: { SHAPED: "{secret:other:value}" } };
  const uses = [
    { secret: "hub", env: "HF_TOKEN", as: "value" as const },
    { secret: "cert", env: "CERT", as: "file" as const },
  ];

  test("only what is launched has them, and only those that the endpoint has in its list", async () => {
    const at = await world();
    for (const name of ["hub", "cert", "other"]) at.secrets.set(name, `the value of ${name}`);
    const { id } = await at.deployed({ template, secrets: uses });
    const [spec] = at.harbour.sea.specs.values();
    expect(spec?.secrets).toEqual({
      env: { HF_TOKEN: "the value of hub" },
      files: { CERT: "the value of cert" },
    });
    const kept = [
      await at.harbour.store.listServices(),
      await at.store.listEndpoints(),
      await at.store.listDeployments(id),
      await at.store.listEndpointEvents(id, 1_000),
      at.changes,
      at.endpoints.get(id),
      at.endpoints.replicas(id, true),
      spec?.program,
    ];
    expect(JSON.stringify(kept)).not.toContain("the value of");
  });

  test("one that is gone is named, never shown, and what was there goes on", async () => {
    const at = await world();
    for (const name of ["hub", "cert"]) at.secrets.set(name, `the value of ${name}`);
    const { id } = await at.deployed({ template: { model: "berth/pilot" }, secrets: uses });
    expect(at.control.usersOf("ada", "hub")).toEqual(["ada/chat"]);
    expect(at.control.usersOf("bob", "hub")).toEqual([]);
    at.secrets.delete("hub");
    await expect(at.endpoints.deploy(id, true, ada, signal)).rejects.toMatchObject({
      code: "unprocessable",
      param: "secrets[0].secret",
    });
    await at.endpoints.update(id, { scaling: { max: 2 } }, ada);
    expect(at.endpoints.get(id)).toMatchObject({ status: "HEALTHY", currentDeployment: 1 });
  });
});

describe("the secret that a model is downloaded with", () => {
  const wanted = { template: { model: comingRepo }, hubSecret: "hub" };

  test("is the owner's, told by its name, and no replica has it", async () => {
    const at = await world();
    at.secrets.set("hub", "the value of hub");
    const { id } = await at.endpoints.create({ name: "chat", profiles: ["here"], ...wanted }, ada);
    await at.endpoints.deploy(id, true, ada, signal);
    expect(at.ordered).toMatchObject([{ repo: comingRepo, hubSecret: { owner: "ada", name: "hub" } }]);
    expect(at.control.usersOf("ada", "hub")).toEqual(["ada/chat"]);
    expect(at.control.uses(id, "hub")).toBe(false);
    await at.endpoints.update(id, { hubSecret: null, template: { model: "org/other" } }, ada);
    expect(at.endpoints.get(id).configuration.hubSecret).toBeNull();
    // the deployment has it still
    expect(at.control.usersOf("ada", "hub")).toEqual(["ada/chat"]);
  });

  test.each([
    ["is not there", "other", "hubSecret: there is no secret other; there are hub, s3"],
    ["is for something else", "s3", "hubSecret: secret s3 is for s3"],
  ])("is refused where it %s", async (_fact, hubSecret, message) => {
    const at = await world();
    for (const name of ["hub", "s3"]) at.secrets.set(name, `the value of ${name}`);
    await expect(at.endpoints.create({ ...wanted, hubSecret }, ada)).rejects.toMatchObject({
      code: "unprocessable",
      param: "hubSecret",
      message: expect.stringContaining(message),
    });
  });
});

describe("killed at any moment of a roll-out", () => {
  const scaling = { min: 1, max: 2, targetPendingRequests: 4, scaledownPeriodSeconds: 20 };

  async function rollOut(at: EndpointWorld, id: string): Promise<void> {
    await at.endpoints.deploy(id, true, ada, signal);
    await at.until(id, ({ nextDeployment }) => nextDeployment === null);
    at.load(id, 0);
    at.outstanding.clear();
    await at.pass(60_000);
  }

  async function prepared(): Promise<{ at: EndpointWorld; id: string }> {
    const at = await world();
    const { id } = await at.deployed({ scaling });
    at.load(id, 8);
    await at.until(id, ({ replicas }) => replicas.ready === 2);
    return { at, id };
  }

  test("nothing leaks, nothing is started twice, and it comes to its end", { timeout: 120_000 }, async () => {
    const { at: calm, id: calmId } = await prepared();
    calm.harbour.killAt(Infinity, "before");
    await rollOut(calm, calmId);
    const { effects } = calm.harbour;
    expect(effects).toBeGreaterThan(10);
    for (let effect = 1; effect <= effects; effect += 1) {
      for (const when of ["before", "after", "late"] as const) {
        const { at, id } = await prepared();
        at.harbour.killAt(effect, when);
        await rollOut(at, id).catch(async () => {
          // the order itself was lost, or not: it is told by what is stored
          await at.pass(60_000);
          at.load(id, 0);
          at.outstanding.clear();
          await at.pass(60_000);
        });
        const about = `killed ${when} effect ${effect}`;
        const endpoint = at.endpoints.get(id);
        expect(endpoint.nextDeployment, about).toBeNull();
        expect([at.running(), at.replicas(id).length], about).toEqual([1, 1]);
        expect(at.harbour.sea.violations, about).toEqual([]);
        expect(
          [...at.harbour.sea.started.values()].every((times) => times === 1),
          about,
        ).toBe(true);
        expect(at.harbour.sea.started.size, about).toBeLessThanOrEqual(6);
      }
    }
  });
});
