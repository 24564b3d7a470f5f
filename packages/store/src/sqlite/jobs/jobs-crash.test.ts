import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "@berth/testing/temporary-folder";
import { expect, test } from "vitest";
import { openJobStore } from "./open-jobs.ts";

const worker = fileURLToPath(new URL("../../testing/jobs-until-killed.ts", import.meta.url));

test("killed -9 amid commits, again and again, it has all it accepted, and each result once", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "jobs.db");
  for (let round = 0; round < 3; round += 1) {
    const child = spawn(process.execPath, [worker, path, String(round)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    let seen = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      seen += chunk.toString().split("\n").length - 1;
      if (seen >= 200 + 77 * round) child.kill("SIGKILL");
    });
    const lines = (await text(child.stdout)).split("\n").slice(0, -1);
    expect(await exited).toEqual([null, "SIGKILL"]);
    const jobs = await openJobStore({ path });
    expect(await jobs.check()).toEqual([]);
    for (const [what, id = ""] of lines.map((line) => line.split(" "))) {
      const job = await jobs.getJob(id);
      expect(job, id).toBeDefined();
      if (what === "completed") expect([job?.status, job?.attempts], id).toEqual(["COMPLETED", 1]);
      if (job?.status !== "COMPLETED") continue;
      const result = await jobs.getResult(id);
      const body = result?.body.kind === "bytes" ? Buffer.from(result.body.bytes).toString() : "";
      expect(body).toBe(`{"of":"${id}"}`);
    }
    expect(lines.filter((line) => line.startsWith("completed")).length).toBeGreaterThan(10);
    await jobs.close();
  }
}, 120_000);
