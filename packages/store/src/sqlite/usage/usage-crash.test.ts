import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { openUsageStore } from "./open-usage.ts";

const writer = fileURLToPath(new URL("../../testing/ledger-until-killed.ts", import.meta.url));

test("killed -9 amid writes, again and again, it loses at most the last second, and stays whole", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "usage.db");
  for (let round = 0; round < 2; round += 1) {
    const child = spawn(process.execPath, [writer, path, String(round)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    let first: number | undefined;
    let killedAt = 0;
    child.stdout.on("data", () => {
      first ??= Date.now();
      if (killedAt !== 0 || Date.now() - first < 1300 + 77 * round) return;
      killedAt = Date.now();
      child.kill("SIGKILL");
    });
    const lines = (await text(child.stdout)).split("\n").slice(0, -1);
    expect(await exited).toEqual([null, "SIGKILL"]);
    const promised = lines
      .map((line) => line.split(" "))
      .filter(([, at]) => Number(at) < killedAt - 1000)
      .map(([id]) => id);
    expect(promised.length).toBeGreaterThan(10);
    const usage = await openUsageStore({ path, onLost: () => {} });
    expect(await usage.check()).toEqual([]);
    const kept = new Set((await usage.listRequests({ limit: 1_000_000 })).records.map(({ id }) => id));
    expect(promised.filter((id) => id === undefined || !kept.has(id))).toEqual([]);
    await usage.close();
  }
}, 120_000);
