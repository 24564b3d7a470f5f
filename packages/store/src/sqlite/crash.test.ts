import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { openSqliteStore } from "./open.ts";

const writer = fileURLToPath(new URL("../testing/write-until-killed.ts", import.meta.url));

/** Lets a writer write until it has promised `lines` things, kills it -9, and returns all it promised. */
async function writeAndKill(path: string, round: number, lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [writer, path, String(round)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let seen = 0;
  child.stdout.on("data", (chunk: Buffer) => {
    seen += chunk.toString().split("\n").length - 1;
    if (seen >= lines) child.kill("SIGKILL");
  });
  const output = await text(child.stdout);
  expect(await exited).toEqual([null, "SIGKILL"]);
  return output.split("\n").slice(0, -1);
}

test("killed -9 amid writes, again and again, it keeps all it promised, and stays whole", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "berth.db");
  const promised = new Map<string, number>();
  for (let round = 0; round < 5; round += 1) {
    for (const line of await writeAndKill(path, round, 17 + 31 * round)) {
      const [kind, id, generation] = line.split(" ");
      if (kind === "deleted") promised.delete(`service ${id}`);
      else promised.set(`${kind} ${id}`, Number(generation));
    }
    const store = await openSqliteStore({ path });
    expect(await store.maintenance.check()).toEqual([]);
    for (const [what, generation] of promised) {
      const [kind, id = ""] = what.split(" ");
      if (kind === "conversation") {
        expect(await store.conversations.getConversation(id), what).toBeDefined();
        continue;
      }
      const row = await store.services.getService(id);
      // the kill may have come between the delete and its promise
      if (row === undefined) expect(await store.events.listServiceEvents(id), what).toEqual([]);
      else {
        expect(row.generation, what).toBeGreaterThanOrEqual(generation);
        expect(await store.events.listServiceEvents(id)).toHaveLength(row.generation === 1 ? 1 : 3);
      }
    }
    await store.maintenance.close();
  }
  expect(promised.size).toBeGreaterThan(50);
});
