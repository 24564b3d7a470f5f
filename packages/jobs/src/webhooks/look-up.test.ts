import type { LookupAddress } from "node:dns";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { type NameAnswer, nameServer } from "../test/name-server.ts";
import { AllowedHosts } from "./allowed-hosts.ts";
import { type LookUpOptions, lookUpNames } from "./look-up.ts";
import { webhookSender } from "./send-webhook.ts";

const never = new AbortController().signal;
const addresses = [{ address: "192.0.2.1", family: 4 }];

async function world(known: Record<string, NameAnswer>, more: Partial<LookUpOptions> = {}) {
  const server = await nameServer(known);
  const system = () => Promise.reject(new Error("the system is not to be asked"));
  const lookUp = lookUpNames({ asksSystem: () => false, system, servers: [server.address], ...more });
  return { server, lookUp, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

test.each<[string, NameAnswer, string[]]>([
  ["IPv4 and IPv6", ["2606:4700::1", "192.0.2.7", "192.0.2.8"], ["192.0.2.7", "192.0.2.8", "2606:4700::1"]],
  ["IPv6 alone", ["2606:4700::1"], ["2606:4700::1"]],
  ["one behind a chain of names", ["edge.example", "other.example", "10.0.0.1", "::1"], ["10.0.0.1", "::1"]],
  ["IPv4 in disguise", ["::ffff:10.0.0.1"], ["::ffff:10.0.0.1"]],
])("all addresses of a name are told: %s", async (_fact, answer, expected) => {
  await using given = await world({ "hooks.example": answer });
  const found = await given.lookUp("hooks.example", never);
  expect(found.map(({ address }) => address)).toEqual(expected);
  expect(found.map(({ family }) => family)).toEqual(
    expected.map((address) => (address.includes(":") ? 6 : 4)),
  );
});

test.each<[string, NameAnswer]>([
  ["a chain that ends inside", ["edge.example", "10.0.0.1"]],
  ["the world, and by IPv6 this machine", ["93.184.215.14", "::1"]],
  ["IPv4 in disguise", ["::ffff:127.0.0.1"]],
  ["a cloud's metadata", ["93.184.215.14", "169.254.169.254"]],
])("a webhook whose name leads to %s is not called", async (_fact, answer) => {
  await using given = await world({ "hooks.example": answer });
  const send = webhookSender({ allowed: new AllowedHosts([]), resolve: given.lookUp });
  const call = { url: "http://hooks.example/", headers: {}, body: Buffer.from("{}") };
  expect((await send(call, never)).kind).toBe("forbidden");
});

test("slow names hold up no other, however many there are, and are left when the time is over", async () => {
  const slow = Array.from({ length: 40 }, (_, index) => `slow-${index}.example`);
  const silent = slow.map((name) => [name, "silent"] as const);
  await using given = await world({ ...Object.fromEntries(silent), "quick.example": ["192.0.2.1"] });
  const late = new AbortController();
  const waiting = Promise.allSettled(slow.map((name) => given.lookUp(name, late.signal)));
  while (!slow.every((name) => given.server.asked.includes(name))) await turn();
  expect(await given.lookUp("quick.example", never)).toEqual(addresses);
  late.abort(new Error("too late"));
  expect(new Set((await waiting).map((one) => String(one.status === "rejected" && one.reason)))).toEqual(
    new Set(["Error: too late"]),
  );
});

test("a name that nobody knows is told so", async () => {
  await using given = await world({ "empty.example": [] });
  await expect(given.lookUp("gone.example", never)).rejects.toThrow("ENOTFOUND gone.example");
  await expect(given.lookUp("empty.example", never)).rejects.toThrow("ENODATA empty.example");
});

test.each(["localhost", "LOCALHOST.", "hooks.localhost"])(
  "%s is this machine, and DNS is not asked",
  async (host) => {
    await using given = await world({});
    expect((await given.lookUp(host, never))[0]).toEqual({ address: "127.0.0.1", family: 4 });
    expect(given.server.asked).toEqual([]);
  },
);

describe("of the system,", () => {
  /** Answers when it is told to. */
  async function systemWorld() {
    const asked: string[] = [];
    const open: PromiseWithResolvers<LookupAddress[]>[] = [];
    const system = (host: string) => {
      asked.push(host);
      open.push(Promise.withResolvers());
      return open.at(-1)!.promise;
    };
    const given = await world(
      { "known.internal": ["192.0.2.9"] },
      { asksSystem: (host) => host.endsWith(".internal"), system },
    );
    const until = async (count: number): Promise<void> => {
      while (asked.length < count) await turn();
    };
    return { ...given, asked, open, until };
  }

  test("only what its owner has named is asked, and DNS does not know", async () => {
    await using given = await systemWorld();
    await expect(given.lookUp("gone.example", never)).rejects.toThrow("ENOTFOUND");
    expect((await given.lookUp("known.internal", never)).map(({ address }) => address)).toEqual([
      "192.0.2.9",
    ]);
    expect(given.asked).toEqual([]);
    const found = given.lookUp("nas.internal", never);
    await given.until(1);
    given.open[0]?.resolve(addresses);
    expect(await found).toEqual(addresses);
  });

  test("one name is asked at a time; one that fails, or that nobody waits for, holds up nobody", async () => {
    await using given = await systemWorld();
    const first = given.lookUp("a.internal", never);
    await given.until(1);
    const gone = new AbortController();
    const second = given.lookUp("b.internal", gone.signal);
    while (given.server.asked.filter((name) => name === "b.internal").length < 2) await turn();
    gone.abort(new Error("too late"));
    const third = given.lookUp("c.internal", never);
    given.open[0]?.reject(new Error("no such name"));
    await expect(first).rejects.toThrow("no such name");
    await expect(second).rejects.toThrow("too late");
    await given.until(2);
    expect(given.asked).toEqual(["a.internal", "c.internal"]);
    given.open[1]?.resolve(addresses);
    expect(await third).toEqual(addresses);
  });
});
