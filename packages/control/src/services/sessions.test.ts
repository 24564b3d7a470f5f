import { join } from "node:path";
import { FakeClock } from "@berth/std/clock";
import { openSqliteStore } from "@berth/store/sqlite";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { Sessions } from "./sessions.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

async function world() {
  const folder = await temporaryFolder();
  const store = await openSqliteStore({ path: join(folder.path, "berth.db") });
  const clock = new FakeClock();
  const restart = () => new Sessions({ store: store.sessions, clock });
  return {
    sessions: restart(),
    restart,
    clock,
    store,
    [Symbol.asyncDispose]: async () => {
      await store.maintenance.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

test("a code is short enough to type and has 60 random bits", async () => {
  await using given = await world();
  const codes = Array.from({ length: 200 }, () => given.sessions.mintCode().code);
  for (const code of codes) expect(code).toMatch(/^([2-9A-HJ-NP-Z]{4}-){2}[2-9A-HJ-NP-Z]{4}$/);
  expect(new Set(codes).size).toBe(200);
  expect(new Set(codes.join("").replaceAll("-", "")).size).toBe(32);
});

test("a code opens one session, once, whatever its case and spaces", async () => {
  await using given = await world();
  const { code } = given.sessions.mintCode();
  const typed = ` ${code.toLowerCase().replaceAll("-", " ")} `;
  const session = await given.sessions.enter(typed);
  expect(await given.sessions.verify(session.sessionId)).toEqual({
    csrfToken: session.csrfToken,
    expiresAt: given.clock.now() + 7 * dayMs,
  });
  await expect(given.sessions.enter(code)).rejects.toMatchObject({ code: "invalid_api_key" });
});

test("of two that enter with one code at once, one gets in", async () => {
  await using given = await world();
  const { code } = given.sessions.mintCode();
  const both = await Promise.allSettled([given.sessions.enter(code), given.sessions.enter(code)]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
});

test("a code is good for ten minutes", async () => {
  await using given = await world();
  const [first, second] = [given.sessions.mintCode(), given.sessions.mintCode()];
  expect(first.expiresAt).toBe(given.clock.now() + 10 * minuteMs);
  await given.clock.advance(10 * minuteMs - 1);
  await given.sessions.enter(first.code);
  await given.clock.advance(1);
  await expect(given.sessions.enter(second.code)).rejects.toMatchObject({ code: "invalid_api_key" });
});

test("after twenty wrong codes in a minute the next wrong ones are put off", async () => {
  await using given = await world();
  for (let tries = 0; tries < 20; tries += 1)
    await expect(given.sessions.enter("AAAA-AAAA-AAAA")).rejects.toMatchObject({ code: "invalid_api_key" });
  await expect(given.sessions.enter("AAAA-AAAA-AAAA")).rejects.toMatchObject({
    code: "rate_limited",
    details: { retryAfterSeconds: 60 },
  });
  await given.clock.advance(minuteMs);
  await expect(given.sessions.enter("AAAA-AAAA-AAAA")).rejects.toMatchObject({ code: "invalid_api_key" });
});

test("nobody keeps the owner of a right code out by sending wrong ones", async () => {
  await using given = await world();
  const { code } = given.sessions.mintCode();
  for (let tries = 0; tries < 40; tries += 1)
    await expect(given.sessions.enter("AAAA-AAAA-AAAA")).rejects.toThrow();
  await given.sessions.enter(code);
  await expect(given.sessions.enter(code)).rejects.toMatchObject({ code: "rate_limited" });
});

test("a session outlives the server, and only hashes lie in the store", async () => {
  await using given = await world();
  const { sessionId } = await given.sessions.enter(given.sessions.mintCode().code);
  expect(await given.restart().verify(sessionId)).toBeDefined();
  expect(await given.restart().verify(`${sessionId}x`)).toBeUndefined();
  expect(await given.store.sessions.getSession(sessionId, 0)).toBeUndefined();
});

test("use keeps a session alive, a week without use ends it", async () => {
  await using given = await world();
  const { sessionId } = await given.sessions.enter(given.sessions.mintCode().code);
  for (let days = 0; days < 21; days += 6) {
    await given.clock.advance(6 * dayMs);
    expect(await given.sessions.verify(sessionId)).toMatchObject({
      expiresAt: given.clock.now() + 7 * dayMs,
    });
  }
  const restarted = given.restart();
  await given.clock.advance(7 * dayMs - 1);
  expect(await restarted.verify(sessionId)).toBeDefined();
  await given.clock.advance(7 * dayMs);
  expect(await restarted.verify(sessionId)).toBeUndefined();
  expect(await given.sessions.verify(sessionId)).toBeUndefined();
});

test("no session lives longer than 90 days", async () => {
  await using given = await world();
  const { sessionId } = await given.sessions.enter(given.sessions.mintCode().code);
  for (let days = 0; days < 90; days += 5) {
    expect(await given.sessions.verify(sessionId)).toBeDefined();
    await given.clock.advance(5 * dayMs);
  }
  expect(await given.sessions.verify(sessionId)).toBeUndefined();
});

test("who has left is out at once and for good, even amid requests that had begun", async () => {
  await using given = await world();
  const { sessionId } = await given.sessions.enter(given.sessions.mintCode().code);
  await given.clock.advance(dayMs);
  const sessions = given.restart();
  const before = [sessions.verify(sessionId), sessions.verify(sessionId)];
  const leaving = sessions.leave(sessionId);
  expect(await sessions.verify(sessionId)).toBeUndefined();
  await Promise.all([...before, leaving]);
  expect(await sessions.verify(sessionId)).toBeUndefined();
  expect(await given.restart().verify(sessionId)).toBeUndefined();
  await sessions.leave(sessionId);
});
