import { join } from "node:path";
import { FakeClock } from "@berth/std/clock";
import { openSqliteStore } from "@berth/store/sqlite";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { Changes } from "./changes.ts";
import { Conversations } from "./conversations.ts";

async function world() {
  const folder = await temporaryFolder();
  const store = await openSqliteStore({ path: join(folder.path, "berth.db") });
  const clock = new FakeClock();
  const changes = new Changes();
  const told: string[] = [];
  changes.subscribe((change) => told.push(change.type));
  return {
    conversations: new Conversations({ store: store.conversations, changes, clock }),
    clock,
    told,
    [Symbol.asyncDispose]: async () => {
      await store.maintenance.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const message = { id: "m", role: "user" as const, content: "What is a tide?", createdAt: 1 };
const chat = { title: "Tides", model: "pilot", systemPrompt: "", parameters: {}, messages: [message] };

test("a chat is saved, read, saved again, listed last changed first, and deleted; each change is told", async () => {
  await using given = await world();
  const { conversations, clock, told } = given;
  const made = await conversations.create(chat);
  expect(await conversations.get(made.id)).toEqual({
    ...chat,
    id: made.id,
    createdAt: clock.now(),
    updatedAt: clock.now(),
  });
  await clock.advance(5);
  const second = await conversations.create({ ...chat, title: "Moons" });
  await clock.advance(5);
  const changed = await conversations.update(made.id, { ...chat, title: "Ebb", messages: [] });
  expect(changed).toMatchObject({ createdAt: made.createdAt, updatedAt: clock.now(), messages: [] });
  expect((await conversations.list()).map(({ id, title }) => [id, title])).toEqual([
    [made.id, "Ebb"],
    [second.id, "Moons"],
  ]);
  await conversations.delete(made.id);
  expect(await conversations.list()).toHaveLength(1);
  expect(told).toEqual(["conversations", "conversations", "conversations", "conversations"]);
});

test("a chat that is not there is not found, and nothing is told", async () => {
  await using given = await world();
  const { conversations, told } = given;
  await expect(conversations.get("nope")).rejects.toMatchObject({ code: "not_found" });
  await expect(conversations.update("nope", chat)).rejects.toMatchObject({ code: "not_found" });
  await expect(conversations.delete("nope")).rejects.toMatchObject({ code: "not_found" });
  expect(told).toEqual([]);
});

test.each([
  ["a title of 301 characters", "title", { ...chat, title: "x".repeat(301) }],
  ["5001 messages", "messages", { ...chat, messages: Array.from({ length: 5001 }, () => message) }],
  ["over 4 MiB", "messages", { ...chat, messages: [{ ...message, content: "é".repeat(2_100_000) }] }],
])("%s is too large, and changes nothing", async (_, param, given) => {
  await using world_ = await world();
  const { conversations } = world_;
  await expect(conversations.create(given)).rejects.toMatchObject({ code: "payload_too_large", param });
  const made = await conversations.create(chat);
  await expect(conversations.update(made.id, given)).rejects.toMatchObject({ code: "payload_too_large" });
  expect(await conversations.get(made.id)).toEqual(made);
});
