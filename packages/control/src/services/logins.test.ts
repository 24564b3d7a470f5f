import type { Change, Login, Profile } from "@berth/api";
import { BerthError } from "@berth/api";
import type { Answerer } from "@berth/launchers";
import { FakeClock } from "@berth/std/clock";
import { expect, test } from "vitest";
import { Changes } from "./changes.ts";
import { Logins } from "./logins.ts";

const never = new AbortController().signal;

/** A cluster whose log-in the test speaks for. */
function world(host = "login.example.org") {
  const changes = new Changes();
  const told: Login[] = [];
  changes.subscribe((change: Change) => {
    if (change.type === "login") told.push(change.login);
  });
  const { promise: outcome, resolve: connect, reject: refuse } = Promise.withResolvers<void>();
  const started: { answer: Answerer; signal: AbortSignal }[] = [];
  let ids = 0;
  const logins = new Logins({
    profiles: {
      get: async (name) => {
        if (name === "della") return { name, slurm: { host } } as Profile;
        throw new BerthError("not_found", `there is no profile ${name}`);
      },
    },
    hosts: {
      login: (_, answer, signal) => {
        started.push({ answer, signal });
        signal.addEventListener("abort", () => refuse(signal.reason));
        return outcome;
      },
    },
    changes,
    clock: new FakeClock(),
    newId: () => `q${++ids}`,
  });
  const begin = async () => {
    await logins.start("della");
    const [attempt] = started;
    if (attempt === undefined) throw new Error("nothing was started");
    return attempt;
  };
  return { logins, told, started, begin, connect, refuse };
}

test("questions are shown one by one, answers reach whoever asked, and no record holds them", async () => {
  const { logins, told, begin, connect } = world();
  const { answer } = await begin();
  const password = answer({ kind: "secret", text: "Password: " }, never);
  const choice = answer({ kind: "text", text: "Passcode or option (1): " }, never);
  expect(await logins.get("della", undefined, never)).toMatchObject({
    status: "prompting",
    prompt: { id: "q1", text: "Password: ", secret: true },
  });
  await logins.answer("della", { promptId: "q1", answer: "swordfish" });
  expect(await password).toBe("swordfish");
  expect(await logins.get("della", undefined, never)).toMatchObject({ prompt: { id: "q2", secret: false } });
  await expect(logins.answer("della", { promptId: "q1", answer: "again" })).rejects.toMatchObject({
    code: "conflict",
  });
  await logins.answer("della", { promptId: "q2", answer: "1" });
  expect(await choice).toBe("1");
  connect();
  expect(await logins.get("della", told.at(-1)?.version, never)).toMatchObject({
    status: "connected",
    prompt: null,
  });
  expect(JSON.stringify(told)).not.toContain("swordfish");
});

test("a second start finds the attempt under way; after its end another begins", async () => {
  const { logins, started, begin, refuse, told } = world();
  await begin();
  await logins.start("della");
  expect(started).toHaveLength(1);
  refuse(new BerthError("login_required", "Permission denied"));
  const failed = await logins.get("della", told.at(-1)?.version, never);
  expect(failed).toMatchObject({ status: "failed", reason: "Permission denied" });
  await logins.start("della");
  expect(started).toHaveLength(2);
});

test("a cancelled attempt stays cancelled, and ssh is told", async () => {
  const { logins, begin } = world();
  const { signal } = await begin();
  expect(await logins.cancel("della")).toMatchObject({ status: "cancelled" });
  expect(signal.aborted).toBe(true);
  expect(await logins.get("della", undefined, never)).toMatchObject({ status: "cancelled" });
});

test("a question that the host no longer asks is withdrawn", async () => {
  const { logins, begin } = world();
  const { answer } = await begin();
  const gone = new AbortController();
  const asked = answer({ kind: "secret", text: "Password: " }, gone.signal);
  gone.abort(new Error("the host hung up"));
  await expect(asked).rejects.toThrow("the host hung up");
  expect(await logins.get("della", undefined, never)).toMatchObject({ status: "connecting", prompt: null });
});

test("whoever waits and leaves is not kept waiting", async () => {
  const { logins, told, begin } = world();
  await begin();
  const leaving = new AbortController();
  const waited = logins.get("della", told.at(-1)?.version, leaving.signal);
  leaving.abort(new Error("left"));
  expect(await waited).toMatchObject({ status: "connecting" });
});

test("who is not there, or needs no log-in, is told so", async () => {
  await expect(world().logins.start("dell")).rejects.toMatchObject({ code: "not_found" });
  await expect(world().logins.get("della", undefined, never)).rejects.toMatchObject({ code: "not_found" });
  await expect(world("localhost").logins.start("della")).rejects.toMatchObject({ code: "unsupported" });
});
