import { join } from "node:path";
import type { CreateProvider } from "@berth/api";
import { FakeClock } from "@berth/std/clock";
import { openSqliteStore } from "@berth/store/sqlite";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { describe, expect, test } from "vitest";
import { Changes } from "../services/changes.ts";
import { Secrets } from "../services/secrets.ts";
import { FakeProbe, foundModel } from "../testing/fake-probe.ts";
import { Providers } from "./providers.ts";

const secret = "sk-very-secret-1234";
const { signal } = new AbortController();

async function world(environment: Record<string, string> = {}) {
  const folder = await temporaryFolder();
  const store = await openSqliteStore({ path: join(folder.path, "berth.db") });
  const clock = new FakeClock();
  const changes = new Changes();
  const probe = new FakeProbe();
  const errors: unknown[] = [];
  let ids = 0;
  const load = async (keyFile = "secret.key") =>
    Providers.load({
      store: store.providers,
      secrets: await Secrets.open({ path: join(folder.path, keyFile), fromEnv: undefined }),
      environment,
      probe,
      changes,
      clock,
      newId: () => `pv${(ids += 1)}`,
      random: () => 0,
      onError: (error) => errors.push(error),
    });
  const stop = new AbortController();
  const ends: Promise<void>[] = [];
  return {
    store,
    clock,
    changes,
    probe,
    errors,
    load,
    providers: await load(),
    /** Lets the look that is due now be taken. */
    settle: () => clock.advance(0),
    watch: async (providers: Providers) => {
      ends.push(providers.keepLooking(stop.signal));
      await clock.advance(0);
      await clock.advance(0);
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort(new Error("the test is over"));
      await Promise.all(ends);
      await store.maintenance.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const lab: CreateProvider = { name: "lab", kind: "openai-compatible", url: "http://gpu1:8000/v1/" };

describe("a provider", () => {
  test("is there at once and after a restart; its credential is nowhere to be read", async () => {
    await using given = await world();
    const made = await given.providers.create({
      ...lab,
      models: [{ name: "llama", contextTokens: 8192 }],
      credential: { kind: "stored", value: secret },
    });
    expect(made).toMatchObject({
      name: "lab",
      url: "http://gpu1:8000/v1",
      status: "unknown",
      discover: false,
      credential: { kind: "stored", setAt: given.clock.now() },
      models: [
        { name: "llama", upstreamName: "llama", task: "text-generation", contextTokens: 8192, from: "set" },
      ],
    });
    for (const providers of [given.providers, await given.load()]) {
      expect(providers.list()).toEqual([made]);
      expect(providers.get(made.id)).toEqual(made);
      expect(providers.routed()[0]?.target.auth).toEqual({
        kind: "header",
        name: "authorization",
        value: `Bearer ${secret}`,
      });
    }
    expect(
      JSON.stringify([given.providers.list(), await given.store.providers.listProviders()]),
    ).not.toContain(secret);
  });

  test("whose credential is named like what every object has is down, and the server starts again", async () => {
    await using given = await world();
    for (const name of ["constructor", "toString", "__proto__"]) {
      const credential = { kind: "env", name } as const;
      const made = await given.providers.create({
        ...lab,
        name: `lab-${name.replaceAll("_", "")}`,
        credential,
      });
      expect(made).toMatchObject({ status: "down", credential: { kind: "env", name, isSet: false } });
    }
    expect((await given.load()).list().map(({ status }) => status)).toEqual(["down", "down", "down"]);
  });

  test("whose credential breaks is not stored; one that was is down, and takes no other with it", async () => {
    const environment = Object.defineProperty({}, "BROKEN", {
      get: () => {
        throw new TypeError("broken");
      },
    });
    await using given = await world(environment);
    await given.providers.create(lab);
    const credential = { kind: "env", name: "BROKEN" } as const;
    await expect(given.providers.create({ ...lab, name: "bad", credential })).rejects.toThrow("broken");
    const [row] = await given.store.providers.listProviders();
    expect(await given.store.providers.listProviders()).toHaveLength(1);
    await given.store.providers.putProvider({ ...row!, id: "pv9", name: "bad", credential });
    const providers = await given.load();
    expect(providers.routed().map(({ target, isDown }) => [target.provider, isDown])).toEqual([
      ["lab", false],
      ["bad", true],
    ]);
    expect(given.errors).toHaveLength(1);
  });

  test("keeps its target, and the list of all, as one object while nothing changes", async () => {
    await using given = await world();
    const { id } = await given.providers.create({ ...lab, models: [{ name: "a" }] });
    const before = given.providers.routed();
    await given.providers.update(id, { maxParallel: null });
    expect(given.providers.routed()).toBe(before);
    await given.providers.update(id, { models: [{ name: "b" }] });
    expect(given.providers.routed()[0]?.target).toBe(before[0]?.target);
    expect(given.providers.routed()).not.toBe(before);
    await given.providers.update(id, { maxParallel: 4 });
    expect(given.providers.routed()[0]?.target).not.toBe(before[0]?.target);
  });

  test("that is switched off is kept and not routed", async () => {
    await using given = await world();
    await given.providers.create(lab);
    expect(await given.providers.update("lab", { enabled: false })).toMatchObject({ status: "off" });
    expect(given.providers.routed()).toEqual([]);
    await given.providers.update("lab", { enabled: true });
    expect(given.providers.routed()).toHaveLength(1);
  });

  test("that is deleted is gone; an unknown one is told with near names", async () => {
    await using given = await world();
    await given.providers.create(lab);
    expect(() => given.providers.get("labb")).toThrow("there is no provider labb: did you mean lab?");
    await given.providers.delete("lab");
    expect(given.providers.list()).toEqual([]);
    expect(given.providers.routed()).toEqual([]);
    expect(await given.store.providers.listProviders()).toEqual([]);
  });

  test("of a name that is taken, or a second one for any path, is refused", async () => {
    await using given = await world();
    await given.providers.create({ ...lab, anyPath: true });
    await expect(given.providers.create(lab)).rejects.toMatchObject({
      code: "already_exists",
      param: "name",
    });
    await expect(given.providers.create({ ...lab, name: "b", anyPath: true })).rejects.toMatchObject({
      code: "conflict",
      param: "anyPath",
    });
  });
});

describe("a credential", () => {
  test("in the environment is read there, and its absence is told", async () => {
    await using given = await world({ LAB_KEY: "abc" });
    await given.providers.create({ ...lab, credential: { kind: "env", name: "LAB_KEY" } });
    await given.providers.create({ ...lab, name: "far", credential: { kind: "env", name: "NO_SUCH" } });
    expect(given.providers.get("lab").credential).toEqual({ kind: "env", name: "LAB_KEY", isSet: true });
    expect(given.providers.get("far")).toMatchObject({
      status: "down",
      statusReason: "NO_SUCH is not set in the environment in which `berth start` runs",
      credential: { isSet: false },
    });
    expect(given.providers.routed().map(({ isDown }) => isDown)).toEqual([false, true]);
  });

  test("whose key is lost takes down its own provider only, with the way out", async () => {
    await using given = await world();
    await given.providers.create({ ...lab, credential: { kind: "stored", value: secret } });
    await given.providers.create({ ...lab, name: "open" });
    const providers = await given.load("another.key");
    expect(providers.get("lab")).toMatchObject({ status: "down" });
    expect(providers.get("lab").statusReason).toMatch(/another\.key, whose key it was stored under, is gone/);
    await given.watch(providers);
    expect(given.probe.looked.map(({ provider }) => provider)).toEqual(["open"]);
    expect(providers.get("open").status).toBe("up");
    // told anew, it works again
    await providers.update("lab", { credential: { kind: "stored", value: "new" } });
    expect(providers.routed()[0]?.target.auth).toMatchObject({ value: "Bearer new" });
  });

  test("that is stored does not follow the address to another server", async () => {
    await using given = await world();
    await given.providers.create({ ...lab, credential: { kind: "stored", value: secret } });
    await expect(given.providers.update("lab", { url: "http://evil.example/v1" })).rejects.toMatchObject({
      code: "invalid_request",
      param: "credential",
    });
    await given.providers.update("lab", { url: "http://gpu1:8000/other/v1" });
    await given.providers.update("lab", {
      url: "http://gpu2:8000/v1",
      credential: { kind: "stored", value: "other" },
    });
    expect(given.providers.routed()[0]?.target.auth).toMatchObject({ value: "Bearer other" });
  });
});

describe("a look", () => {
  test("tells the models, which are remembered", async () => {
    await using given = await world();
    const models = [foundModel("told", 4096), foundModel("other", 2048)];
    given.probe.next = { kind: "answered", ms: 12, models, complaint: undefined };
    await given.watch(given.providers);
    await given.providers.create({
      ...lab,
      models: [{ name: "mine", upstreamName: "told" }],
      discover: true,
    });
    await given.settle();
    expect(given.providers.get("lab")).toMatchObject({
      status: "up",
      statusReason: null,
      checkedAt: given.clock.now(),
      latenciesMs: [12],
      models: [
        { name: "mine", upstreamName: "told", contextTokens: 4096, from: "set" },
        { name: "other", upstreamName: "other", contextTokens: 2048, from: "server" },
      ],
    });
    const { models: remembered } = given.providers.get("lab");
    expect((await given.load()).get("lab")).toMatchObject({ status: "unknown", models: remembered });
  });

  test("is taken at once when a request has failed, and not again for each that does", async () => {
    await using given = await world();
    const { id } = await given.providers.create(lab);
    await given.watch(given.providers);
    expect(given.probe.looked).toHaveLength(1);
    given.providers.suspect(id);
    await given.settle();
    expect(given.probe.looked).toHaveLength(1);
    await given.clock.advance(2_000);
    given.probe.next = { kind: "failed", reason: "nothing listens there" };
    for (let count = 0; count < 3; count += 1) given.providers.suspect(id);
    given.providers.suspect("nobody");
    await given.settle();
    await given.settle();
    expect(given.probe.looked).toHaveLength(2);
    expect(given.providers.get("lab")).toMatchObject({
      status: "down",
      statusReason: "nothing listens there",
    });
  });

  test("is taken every minute while it is up, sooner while it is down", async () => {
    await using given = await world();
    await given.providers.create(lab);
    given.probe.next = { kind: "failed", reason: "nothing listens there" };
    await given.watch(given.providers);
    expect(given.providers.get("lab")).toMatchObject({
      status: "down",
      statusReason: "nothing listens there",
      latenciesMs: [null],
    });
    expect(given.providers.routed()[0]?.isDown).toBe(true);
    await given.clock.advance(5_000);
    expect(given.probe.looked).toHaveLength(2);
    given.probe.next = { kind: "answered", ms: 3, models: undefined, complaint: undefined };
    await given.clock.advance(10_000);
    expect(given.providers.get("lab")).toMatchObject({
      status: "degraded",
      statusReason: "it did not answer 2 of the last 3 looks",
    });
    await given.clock.advance(59_000);
    expect(given.probe.looked).toHaveLength(3);
    await given.clock.advance(4 * 60_000);
    expect(given.providers.get("lab").status).toBe("up");
  });

  test("at one that does not answer delays neither another nor the start", async () => {
    await using given = await world();
    await given.providers.create(lab);
    given.probe.gate = new Promise(() => {});
    await given.watch(given.providers);
    await given.providers.create({ ...lab, name: "second" });
    await given.settle();
    expect(given.probe.looked).toHaveLength(2);
    await given.clock.advance(10_000);
    expect(given.providers.list().map(({ status, statusReason }) => [status, statusReason])).toEqual([
      ["down", "it did not answer within 10 s"],
      ["down", "it did not answer within 10 s"],
    ]);
  });

  test("that was under way when the provider was changed is forgotten", async () => {
    await using given = await world();
    await given.providers.create(lab);
    const gate = Promise.withResolvers<void>();
    given.probe.gate = gate.promise;
    await given.watch(given.providers);
    await given.providers.update("lab", { url: "http://gpu2:8000/v1" });
    given.probe.gate = undefined;
    given.probe.next = { kind: "answered", ms: 1, models: [foundModel("second")], complaint: undefined };
    gate.resolve();
    await given.settle();
    await given.settle();
    expect(given.probe.looked.map(({ url }) => url)).toEqual(["http://gpu1:8000/v1", "http://gpu2:8000/v1"]);
    expect(given.providers.get("lab").latenciesMs).toEqual([1]);
  });
});

describe("a test", () => {
  test("goes on to an answer of the first model that writes", async () => {
    await using given = await world();
    await given.providers.create(lab);
    given.probe.next = {
      kind: "answered",
      ms: 1,
      models: [foundModel("tts-1"), foundModel("llama")],
      complaint: undefined,
    };
    const { ok, checks, models } = await given.providers.test("lab", signal);
    expect({ ok, models }).toEqual({ ok: true, models: ["tts-1", "llama"] });
    expect(checks.map(({ step, outcome, message }) => `${step} ${outcome}: ${message}`)).toEqual([
      "connection ok: connected",
      "models ok: tts-1, llama; also as lab/NAME",
      "answer ok: llama: it answered",
    ]);
    expect(given.probe.asked).toEqual(["lab/llama"]);
    expect(given.providers.get("lab").status).toBe("up");
  });

  test.each([
    {
      fact: "names the model that is not there",
      given: { models: [{ name: "lama", upstreamName: "lama-3" }] },
      next: [foundModel("llama-3"), foundModel("qwen")],
      said: "it has no model lama-3; it has llama-3",
    },
    {
      fact: "says that there is none",
      given: {},
      next: [],
      said: "it has no model: load one there, or name one",
    },
  ])("$fact, and goes no further", async ({ given: more, next, said }) => {
    await using given = await world();
    await given.providers.create({ ...lab, ...more });
    given.probe.next = { kind: "answered", ms: 1, models: next, complaint: undefined };
    const { ok, checks } = await given.providers.test("lab", signal);
    expect(ok).toBe(false);
    expect(checks.at(-1)).toMatchObject({ step: "models", outcome: "failed", message: said });
    expect(given.probe.asked).toEqual([]);
  });

  test("of one whose credential cannot be had says that first of all", async () => {
    await using given = await world();
    await given.providers.create({ ...lab, credential: { kind: "env", name: "NO_SUCH" } });
    const { ok, checks } = await given.providers.test("lab", signal);
    expect(ok).toBe(false);
    expect(checks.at(-1)).toMatchObject({
      step: "credential",
      outcome: "failed",
      message: expect.stringContaining("NO_SUCH is not set"),
    });
  });

  test("of one that is switched off asks nothing of its models", async () => {
    await using given = await world();
    await given.providers.create({ ...lab, enabled: false });
    expect(await given.providers.test("lab", signal)).toMatchObject({ ok: true });
    expect(given.probe.asked).toEqual([]);
    expect(given.providers.get("lab").status).toBe("off");
  });
});
