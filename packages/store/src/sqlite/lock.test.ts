import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { identifyProcess } from "@berth/std/process-identity";
import { expect, test } from "vitest";
import { lockState } from "./lock.ts";
import { lockRecordPath } from "./lock-record.ts";

const program = fileURLToPath(new URL("../testing/hold-lock.ts", import.meta.url));
const nfs = { type: () => Promise.resolve(0x6969), mounts: () => Promise.resolve("") };

interface Contender extends AsyncDisposable {
  readonly process: ChildProcess;
  /** The first line it says. */
  readonly said: string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

async function contend(dir: string): Promise<Contender> {
  const child = spawn(process.execPath, [program, dir], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  for await (const said of createInterface(child.stdout)) {
    if (said !== "held") await exited;
    return { process: child, said, kill, [Symbol.asyncDispose]: () => kill("SIGKILL") };
  }
  throw new Error("it said nothing");
}

test("a second server is refused with the first one's host, pid and port, and leaves it be", async () => {
  await using folder = await temporaryFolder();
  await using first = await contend(folder.path);
  expect(first.said).toBe("held");
  const before = await readFile(lockRecordPath(folder.path), "utf8");
  await using second = await contend(folder.path);
  expect(second.said).toBe(
    `conflict: ${folder.path} is in use by the server with pid ${first.process.pid} on ${hostname()} (port 8123): ` +
      "stop it, or give this one another BERTH_HOME_DIR",
  );
  expect(second.process.exitCode).toBe(3);
  expect(await readFile(lockRecordPath(folder.path), "utf8")).toBe(before);
  await expect(lockState({ dir: folder.path })).rejects.toMatchObject({
    code: "conflict",
    details: { host: hostname(), pid: first.process.pid, port: 8123 },
  });
});

test("kill -9 of the holder leaves nothing in the way of the next", async () => {
  await using folder = await temporaryFolder();
  for (let round = 0; round < 3; round += 1) {
    await using server = await contend(folder.path);
    expect(server.said).toBe("held");
    await server.kill("SIGKILL");
  }
  const lock = await lockState({ dir: folder.path });
  expect(lock.record).toMatchObject({ pid: process.pid, port: null });
  await lock.release();
});

test("of five servers that start at once, one gets in", async () => {
  await using folder = await temporaryFolder();
  const all = await Promise.all(Array.from({ length: 5 }, () => contend(folder.path)));
  try {
    expect(all.filter(({ said }) => said === "held")).toHaveLength(1);
    expect(all.filter(({ said }) => said.startsWith("conflict"))).toHaveLength(4);
  } finally {
    await Promise.all(all.map((contender) => contender.kill("SIGKILL")));
  }
});

test("within one process, too, and it is free again after release; releasing twice does nothing", async () => {
  await using folder = await temporaryFolder();
  const lock = await lockState({ dir: folder.path });
  await expect(lockState({ dir: folder.path })).rejects.toMatchObject({ code: "conflict" });
  await using refused = await contend(folder.path);
  expect(refused.said).toMatch(/^conflict/);
  await lock.release();
  await lock.release();
  expect(await readdir(folder.path)).toEqual(["server.lock"]);
  await using next = await contend(folder.path);
  expect(next.said).toBe("held");
});

test("its files are its owner's alone", async () => {
  await using folder = await temporaryFolder();
  const dir = join(folder.path, "home");
  const lock = await lockState({ dir });
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  for (const name of await readdir(dir)) expect((await stat(join(dir, name))).mode & 0o777, name).toBe(0o600);
  await lock.release();
});

const record = (given: object): string =>
  JSON.stringify({
    host: hostname(),
    pid: 1,
    bootId: "b",
    startTime: "1",
    port: null,
    takenAt: 1,
    ...given,
  });

test.each([
  ["a dead server", record({ pid: 2 ** 22 - 1 })],
  ["a server whose number another process has now", record({ pid: process.pid })],
  ["a server of this machine under another name", record({ host: "old-name" })],
  ["half a record", '{"host": "he'],
])("on a disk of this machine, a record left by %s is taken over", async (_, left) => {
  await using folder = await temporaryFolder();
  await writeFile(lockRecordPath(folder.path), left);
  const lock = await lockState({ dir: folder.path });
  await lock.release();
});

test("on a network file system another host's record is believed, with advice", async () => {
  await using folder = await temporaryFolder();
  await writeFile(lockRecordPath(folder.path), record({ host: "login2", pid: 77 }));
  const locking = lockState({ dir: folder.path, host: "login1", fileSystem: nfs });
  await expect(locking).rejects.toMatchObject({ code: "conflict", details: { host: "login2", pid: 77 } });
  await expect(locking).rejects.toThrow(
    `pid 77 on login2. If no server runs there any more, remove ${lockRecordPath(folder.path)}`,
  );
});

test("on a network file system a living process of this host is believed, a dead one is not", async () => {
  await using folder = await temporaryFolder();
  const living = identifyProcess(process.pid);
  await writeFile(lockRecordPath(folder.path), record({ ...living }));
  await expect(lockState({ dir: folder.path, fileSystem: nfs })).rejects.toMatchObject({ code: "conflict" });
  await writeFile(lockRecordPath(folder.path), record({ ...living, startTime: "0" }));
  const lock = await lockState({ dir: folder.path, fileSystem: nfs });
  await lock.release();
});
