import { BerthError } from "@berth/api";
import type { EndpointRow, ServiceRow } from "@berth/store";
import { expect, test } from "vitest";
import { serviceRow } from "../testing/service-row.ts";
import { endpointLogs, type EndpointLogOptions } from "./endpoint-logs.ts";
import type { ReplicaServices } from "./replica-services.ts";

const all: EndpointLogOptions = { tailLines: undefined, follow: false, replica: undefined };
const row = { id: "ep-1", name: "chat" } as EndpointRow;
const replica = (id: string): ServiceRow =>
  serviceRow({ id, name: `chat.${id}`, replicaOf: { endpointId: "ep-1", deployment: 1 } });

/** Reads to the end; `sleep` is told of each nap between two looks for new replicas. */
async function read(
  rows: () => readonly ServiceRow[],
  logs: (id: string) => AsyncIterable<string>,
  options: Partial<EndpointLogOptions> = {},
  nap: (stop: () => void) => Promise<void> = async () => {},
): Promise<string> {
  const stop = new AbortController();
  const services = { of: rows, logs } as unknown as ReplicaServices;
  const sleep = async (_ms: number, signal: AbortSignal): Promise<void> => {
    await nap(() => stop.abort());
    signal.throwIfAborted();
  };
  let text = "";
  for await (const chunk of endpointLogs(row, services, { ...all, ...options }, sleep, stop.signal))
    text += chunk;
  return text;
}

async function* says(...chunks: readonly string[]): AsyncGenerator<string> {
  yield* chunks;
}

async function* breaks(...chunks: readonly string[]): AsyncGenerator<string> {
  yield* chunks;
  throw new BerthError("not_found", "service b is gone");
}

test("whole lines, each behind its replica's name, one replica after the other", async () => {
  const text = await read(
    () => [replica("a"), replica("b")],
    (id) => says(`${id} on`, "e\ntwo", "\nend"),
  );
  expect(text).toBe(
    "chat.a | a one\nchat.a | two\nchat.a | end\nchat.b | b one\nchat.b | two\nchat.b | end\n",
  );
});

test("of one replica, by its name or its id; one that is not there is said", async () => {
  const rows = () => [replica("a"), replica("b")];
  for (const name of ["b", "chat.b"]) {
    expect(await read(rows, (id) => says(id), { replica: name })).toBe("chat.b | b\n");
  }
  await expect(read(rows, (id) => says(id), { replica: "z" })).rejects.toMatchObject({ param: "replica" });
});

test("a log that cannot be read keeps nobody from the others", async () => {
  const text = await read(
    () => [replica("a"), replica("b"), replica("c")],
    (id) => (id === "b" ? breaks("half\n") : says(id)),
  );
  expect(text).toBe(
    "chat.a | a\nchat.b | half\nchat.b | (no more of its log can be read: service b is gone)\nchat.c | c\n",
  );
});

test("followed, later replicas come too, and one that is forgotten amid it does not end it", async () => {
  const rows = [replica("a"), replica("b")];
  let naps = 0;
  const text = await read(
    () => rows,
    (id) => (id === "b" ? breaks("half\n") : says(`${id}\n`)),
    { follow: true },
    async (stop) => {
      naps += 1;
      if (naps === 1) rows.push(replica("c"));
      // what was said is taken before it stops
      await new Promise((resolve) => setImmediate(resolve));
      if (naps === 4) stop();
    },
  );
  expect(text.split("\n").toSorted()).toEqual([
    "",
    "chat.a | a",
    "chat.b | (no more of its log can be read: service b is gone)",
    "chat.b | half",
    "chat.c | c",
  ]);
});
