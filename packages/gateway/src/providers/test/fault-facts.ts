import { describe, expect, test } from "vitest";
import { eventually, soon } from "../../gateway-rig.ts";
import {
  addNext,
  chunksOf,
  completionOf,
  says,
  startWorld,
  told,
  type ProviderWorld,
} from "./ask-provider.ts";
import {
  credential,
  retryAfterSeconds,
  type Behaviour,
  type ProviderUnderTest,
} from "./provider-under-test.ts";

const text = "one two three four five six";
/** 100 ms, and what a machine that runs other tests may take. */
const abortedWithinMs = 100 + 400;

/** Longer than the time in which an answer begins on a busy machine, and short enough to wait for. */
const streamIdleMs = 150;

/** What goes wrong, and who is told. */
export function describeFaults(subject: ProviderUnderTest): void {
  const { says: saidFor = (said: string) => said } = subject;
  const reply = { text };

  describe("a client that leaves", () => {
    test.each<[string, boolean, Behaviour["fault"]]>([
      ["in a stream", true, { kind: "stall", after: 3 }],
      ["before an answer", false, { kind: "stall", after: "nothing" }],
      ["before a stream", true, { kind: "stall", after: "nothing" }],
    ])("%s ends the request to the server at once, and leaves nothing", async (_when, stream, fault) => {
      await using world = await startWorld(subject, {
        behaviour: { reply, ...(fault === undefined ? {} : { fault }) },
      });
      const client = new AbortController();
      const begun = Promise.withResolvers<void>();
      const asking = world
        .ask({ ...says(text), stream }, { signal: client.signal, onPiece: () => begun.resolve() })
        .catch(() => undefined);
      await eventually(() => world.server.calls().length > 0, "it is asked");
      if (fault?.kind === "stall" && fault.after !== "nothing")
        await soon(begun.promise, "the stream begins");
      const leftMs = performance.now();
      client.abort();
      const [request] = world.server.calls();
      const abortedMs = await soon(request?.aborted ?? Promise.reject(new Error("not asked")), "it is told");
      expect(abortedMs - leftMs).toBeLessThan(abortedWithinMs);
      await asking;
      await nothingLeft(world);
      expect(world.rig.usage[0]).toMatchObject({ outcome: "client_closed" });
    });
  });

  describe("the next of a route is asked, whole and streamed, when the server", () => {
    test.each<[string, Behaviour]>([
      ["resets the connection", { fault: { kind: "reset", after: "nothing" } }],
      ["closes the connection", { fault: { kind: "close", after: "nothing" } }],
      ["has too much to do", { failure: "busy" }],
      ["is broken", { failure: "broken" }],
      ["does not accept our credential", { failure: "credential" }],
    ])("%s", async (_fact, behaviour) => {
      await using world = await startWorld(subject, { behaviour: { reply, ...behaviour } });
      await using next = await addNext(world);
      for (const stream of [false, true]) {
        const called = await world.ask({ ...says(text), stream });
        expect(called).toMatchObject({ status: 200, complete: true });
        expect(called.text).toContain("Hello");
      }
      expect(next.received).toHaveLength(2);
      await nothingLeft(world);
    });

    test("tells of an error before it says anything", async () => {
      await using world = await startWorld(subject, { behaviour: { reply, failure: "error first" } });
      await using next = await addNext(world);
      const called = await world.ask({ ...says(text), stream: true });
      expect(called).toMatchObject({ status: 200, complete: true });
      expect(told(chunksOf(called)).content).toBe("Hello there");
      expect(next.received).toHaveLength(1);
    });
  });

  describe("the caller is told when the server", () => {
    test("has too much to do, and when to come again", async () => {
      await using world = await startWorld(subject, { behaviour: { failure: "busy" } });
      for (const stream of [false, true]) {
        const called = await world.ask({ ...says(text), stream });
        expect(called.status).toBe(429);
        expect(called.headers["retry-after"]).toBe(String(retryAfterSeconds));
      }
    });

    test("is broken", async () => {
      await using world = await startWorld(subject, { behaviour: { failure: "broken" } });
      for (const stream of [false, true]) {
        const called = await world.ask({ ...says(text), stream });
        expect(called.status).toBe(subject.passesThrough ? 500 : 502);
        expect(JSON.parse(called.text)).toMatchObject({ error: { message: expect.any(String) } });
      }
    });

    test("does not accept our credential, without the credential", async () => {
      await using world = await startWorld(subject, { behaviour: { failure: "credential" } });
      for (const stream of [false, true]) {
        const called = await world.ask({ ...says(text), stream });
        expect(called.status).toBe(502);
        expect(called.text).toContain("berth provider test");
        expect(called.text + JSON.stringify(called.headers)).not.toContain(credential);
      }
    });

    test.each<[string, Behaviour]>([
      ["breaks off in a stream", { fault: { kind: "reset", after: 3 } }],
      ["ends a stream too soon", { fault: { kind: "end", after: 3 } }],
      ["fails in a stream", { reply: { text, breaksAfterTokens: 2 } }],
    ])("%s, by an event, and no [DONE]", async (_fact, behaviour) => {
      await using world = await startWorld(subject, { behaviour: { reply, ...behaviour } });
      const called = await world.ask({ ...says(text), stream: true });
      expect(called.status).toBe(200);
      expect(called.text).not.toContain("[DONE]");
      expect(called.text.includes('"error"') || !called.complete).toBe(true);
      await nothingLeft(world);
    });

    test("stalls in a stream, and the server is let go", async () => {
      await using world = await startWorld(subject, {
        behaviour: { reply, fault: { kind: "stall", after: 3 } },
        limits: { streamIdleMs },
      });
      const called = await world.ask({ ...says(text), stream: true });
      expect(called).toMatchObject({ status: 200, complete: false });
      expect(called.text).not.toContain("[DONE]");
      await soon(world.server.calls()[0]!.aborted, "the server is let go");
      await nothingLeft(world);
    });

    test("says nothing at all", async () => {
      await using world = await startWorld(subject, {
        behaviour: { reply, fault: { kind: "stall", after: "nothing" } },
        limits: { firstByteMs: streamIdleMs },
      });
      for (const stream of [false, true]) {
        const called = await world.ask({ ...says(text), stream });
        expect(called.status).toBe(504);
      }
    });
  });

  test("a packed answer is as good as any", async () => {
    await using world = await startWorld(subject, { behaviour: { reply, fault: { kind: "gzip" } } });
    expect(completionOf(await world.ask(says(text))).choices[0]?.message.content).toBe(saidFor(text));
    expect(told(chunksOf(await world.ask({ ...says(text), stream: true }))).content).toBe(saidFor(text));
  });
}

async function nothingLeft({ rig }: ProviderWorld): Promise<void> {
  await eventually(() => rig.gateway.inFlight === 0, "nothing is under way");
  await eventually(() => rig.usage.length > 0, "it is recorded");
  expect(rig.reported).toEqual([]);
}
