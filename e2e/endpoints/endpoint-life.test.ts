import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startBerth, type Berth } from "../berth-process.ts";
import { until } from "../until.ts";
import { EndpointRig, echoTemplate } from "./endpoint-rig.ts";

let berth: Berth;
let rig: EndpointRig;

beforeAll(async () => {
  berth = await startBerth({ demo: false });
  rig = new EndpointRig(berth);
});
afterAll(() => berth.dispose());

const isDown = ({ status, replicas }: { status: string; replicas: { draining: number } }): boolean =>
  status === "SCALED_DOWN" && replicas.draining === 0;

test("an endpoint answers from its deployment on, from nothing, and has no replica when nobody calls", async () => {
  await rig.deployed("life", { template: echoTemplate(), scaling: { scaledownPeriodSeconds: 1 } });
  expect(await rig.echo("berth/life", { a: 1 })).toMatchObject({ path: "/predict", asked: { a: 1 } });
  await rig.when("life", "scaled down", isDown);
  const first = await rig.echo("berth/life", { a: 2 });
  expect(first).toMatchObject({ number: 1, asked: { a: 2 } });
  const reasons = (await rig.events("life")).filter(({ kind }) => kind === "scaling");
  expect(reasons.map(({ message }) => message)).toEqual(
    expect.arrayContaining(["1 replica: it was woken", "0 replicas: no request for 1 second"]),
  );
});

test("without a wake-up nothing is started before somebody calls", async () => {
  await rig.deployed("asleep", { template: echoTemplate() }, false);
  expect(await rig.get("asleep")).toMatchObject({ status: "SCALED_DOWN", currentDeployment: 1 });
  const health = await berth.fetch("/e/berth/asleep/healthcheck");
  expect([health.status, await health.text()]).toMatchObject([
    503,
    expect.stringContaining("no replica can answer"),
  ]);
  expect((await rig.get("asleep")).replicas).toMatchObject({ wanted: 0, starting: 0 });
});

test("200 calls that come to nothing are all answered, in the order in which they came", async () => {
  await rig.deployed(
    "burst",
    { template: echoTemplate("1", 500), scaling: { targetPendingRequests: 1000 } },
    false,
  );
  const calls = Array.from({ length: 200 }, async (_, index) => {
    // each is on its way before the next
    await new Promise((resolve) => setTimeout(resolve, index * 2));
    return rig.echo("berth/burst", { index });
  });
  const echoes = await Promise.all(calls);
  expect(new Set(echoes.map(({ pid }) => pid)).size).toBe(1);
  // they are sent in order, each on a connection of its own; by chance it would be 66 places on average
  const places = echoes.reduce((sum, { number }, index) => sum + Math.abs(number - 1 - index), 0);
  expect(places / echoes.length).toBeLessThan(40);
});

describe("who does not want to wait for a replica", () => {
  beforeAll(() => rig.deployed("cold", { template: echoTemplate("1", 1_000) }, false));

  test("is told at once, and the replica comes all the same", async () => {
    const response = await rig.predict("berth/cold", {}, { headers: { "x-berth-cold-start": "fail" } });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    await rig.when("cold", "healthy", ({ status }) => status === "HEALTHY");
  });

  test("says so in a word that there is", async () => {
    await rig.deployed("colder", { template: echoTemplate() }, false);
    const response = await rig.predict("berth/colder", {}, { headers: { "x-berth-cold-start": "perhaps" } });
    expect([response.status, await response.text()]).toMatchObject([
      400,
      expect.stringContaining("hold, fail or fallback"),
    ]);
  });
});

describe("a roll-out", () => {
  beforeAll(() => rig.deployed("rolled", { template: echoTemplate("1"), scaling: { min: 1, max: 2 } }));

  test("fails no call, and the new replica is there before the old one goes", async () => {
    await rig.call("PATCH", "/api/v1/endpoints/rolled", { template: echoTemplate("2", 300) });
    expect(await rig.get("rolled")).toMatchObject({ hasChanges: true, currentDeployment: 1 });
    const answered: string[] = [];
    let isOver = false;
    const calling = (async () => {
      while (!isOver) answered.push((await rig.echo("berth/rolled", { ms: 10 })).version);
    })();
    expect(await rig.deploy("rolled")).toMatchObject({ number: 2, status: "COMPLETED" });
    await until("the new one to answer", () => (answered.at(-1) === "2" ? true : undefined));
    isOver = true;
    await calling;
    // never back to the old one, once that gets nothing any more
    const firstNew = answered.indexOf("2");
    expect(answered.slice(0, firstNew).every((version) => version === "1")).toBe(true);
    await rig.when("rolled", "alone", ({ replicas }) => replicas.ready === 1 && replicas.draining === 0);
  });

  test("that fails leaves what was there as it was, and says why", async () => {
    const broken = { command: { argv: [process.execPath, "-e", "process.exit(3) // {port}"] } };
    await rig.call("PATCH", "/api/v1/endpoints/rolled", { template: broken });
    const { status, statusReason } = await rig.deploy("rolled");
    expect([status, statusReason]).toMatchObject(["FAILED", expect.stringContaining("exited with code 3")]);
    expect(await rig.echo("berth/rolled")).toMatchObject({ version: "2" });
    expect(await rig.get("rolled")).toMatchObject({
      status: "HEALTHY",
      currentDeployment: 2,
      hasChanges: true,
    });
  });

  test("back to an earlier one repeats it", async () => {
    const { number } = await rig.call<{ number: number }>("POST", "/api/v1/endpoints/rolled/rollback", {
      number: 1,
    });
    expect(await rig.concluded("rolled", number)).toMatchObject({ status: "COMPLETED", rollbackTo: 1 });
    expect(await rig.echo("berth/rolled")).toMatchObject({ version: "1" });
    expect(await rig.get("rolled")).toMatchObject({ hasChanges: false });
  });

  test("is gone on with by the next server when the first is killed amid it", async () => {
    await rig.call("PATCH", "/api/v1/endpoints/rolled", { template: echoTemplate("3", 1_500) });
    const { number } = await rig.call<{ number: number }>("POST", "/api/v1/endpoints/rolled/deploy", {});
    await until("its replica to start", async () =>
      (await rig.get("rolled")).replicas.ready > 0 ? true : undefined,
    );
    const { home } = berth;
    await berth.kill("SIGKILL");
    berth = await startBerth({ demo: false, home });
    rig = new EndpointRig(berth);
    expect(await rig.concluded("rolled", number)).toMatchObject({ status: "COMPLETED" });
    expect(await rig.echo("berth/rolled")).toMatchObject({ version: "3" });
    await rig.when("rolled", "alone", ({ replicas }) => replicas.ready === 1 && replicas.draining === 0);
  });
});

test("from none to three and back under load no call fails", async () => {
  await rig.deployed(
    "wide",
    {
      template: echoTemplate("1", 200),
      scaling: { max: 3, targetPendingRequests: 4, scaledownPeriodSeconds: 2 },
    },
    false,
  );
  let isOver = false;
  let answered = 0;
  const pids = new Set<number>();
  const callers = Array.from({ length: 16 }, async () => {
    while (!isOver) {
      pids.add((await rig.echo("berth/wide", { ms: 50 })).pid);
      answered += 1;
    }
  });
  await rig.when("wide", "of three replicas", ({ replicas }) => replicas.ready === 3);
  const before = answered;
  await until("some more calls", () => (answered > before + 100 ? true : undefined));
  isOver = true;
  await Promise.all(callers);
  // a little goes on, while they become fewer
  const less = await until("two of them to go", async () => {
    await rig.echo("berth/wide");
    return (await rig.get("wide")).replicas.ready === 1 ? true : undefined;
  });
  expect(less).toBe(true);
  await rig.when("wide", "scaled down", isDown);
  expect(pids.size).toBeGreaterThanOrEqual(3);
});

test("a replica that dies under a call is replaced", async () => {
  await rig.deployed("mortal", { template: echoTemplate(), scaling: { min: 1 } });
  const { pid } = await rig.echo("berth/mortal");
  const response = await rig.predict("berth/mortal", { exit: true });
  expect(response.status).toBeGreaterThanOrEqual(500);
  const next = await until("another to answer", () => rig.echo("berth/mortal").catch(() => undefined));
  expect(next.pid).not.toBe(pid);
});

test("secrets are in the replica's environment or in a file, and nowhere else", async () => {
  await rig.call("PUT", "/api/v1/secrets/token", { value: "s3cret {port}" });
  await rig.call("PUT", "/api/v1/secrets/cert", { value: "-----BEGIN" });
  await rig.deployed("secretive", {
    template: echoTemplate(),
    secrets: [
      { secret: "token", env: "TOKEN" },
      { secret: "cert", env: "CERT", as: "file" },
    ],
  });
  expect(await rig.echo("berth/secretive")).toMatchObject({ token: "s3cret {port}", cert: "-----BEGIN" });
  const shown = await Promise.all(
    [
      "/api/v1/secrets",
      "/api/v1/endpoints/secretive",
      "/api/v1/endpoints/secretive/replicas",
      "/api/v1/services",
    ].map(async (path) => (await berth.fetch(path)).text()),
  );
  expect(shown.join("\n")).not.toMatch(/s3cret|BEGIN/);
  expect(berth.output()).not.toMatch(/s3cret|BEGIN/);
  const refused = await berth.fetch("/api/v1/secrets/token", { method: "DELETE" });
  expect([refused.status, await refused.text()]).toMatchObject([
    409,
    expect.stringContaining("berth/secretive"),
  ]);
});

test("what an endpoint is not allowed to show, it does not show", async () => {
  const key = async (owner?: string): Promise<string> => {
    const given = { name: `of-${owner ?? "nobody"}`, ...(owner === undefined ? {} : { owner }) };
    return (await rig.call<{ key: string }>("POST", "/api/v1/keys", given)).key;
  };
  const [ada, bob, nobody] = [await key("ada"), await key("bob"), await key()];
  for (const visibility of ["public", "internal", "private"])
    await rig.deployed(visibility, { owner: "ada", visibility, template: echoTemplate() }, false);
  const status = async (name: string, asker: string): Promise<number> => {
    const headers = { authorization: `Bearer ${asker}` };
    return (await berth.fetch(`/e/ada/${name}/predict`, { method: "POST", body: "{}", headers })).status;
  };
  expect(await Promise.all([ada, bob, nobody].map((asker) => status("public", asker)))).toEqual([
    200, 200, 200,
  ]);
  expect(await Promise.all([ada, bob, nobody].map((asker) => status("internal", asker)))).toEqual([
    200, 200, 404,
  ]);
  expect(await Promise.all([ada, bob, nobody].map((asker) => status("private", asker)))).toEqual([
    200, 404, 404,
  ]);
  const listed = await rig.call<{ data: { id: string }[] }>("GET", "/v1/models", undefined, bob);
  expect(listed.data.map(({ id }) => id)).toContain("ada/internal");
  expect(listed.data.map(({ id }) => id)).not.toContain("ada/private");
});

test("paused, it refuses; deleted, it is gone, and its name is free", async () => {
  await rig.deployed("fleeting", { template: echoTemplate() });
  await rig.call("POST", "/api/v1/endpoints/fleeting/pause");
  await rig.when("fleeting", "without replicas", ({ replicas }) => replicas.ready + replicas.draining === 0);
  expect((await rig.predict("berth/fleeting")).status).toBe(503);
  await rig.call("POST", "/api/v1/endpoints/fleeting/resume");
  expect(await rig.echo("berth/fleeting")).toMatchObject({ number: 1 });
  await rig.call("DELETE", "/api/v1/endpoints/fleeting");
  expect((await rig.predict("berth/fleeting")).status).toBe(404);
  await rig.deployed("fleeting", { template: echoTemplate("2") });
  expect(await rig.echo("berth/fleeting")).toMatchObject({ version: "2" });
});
