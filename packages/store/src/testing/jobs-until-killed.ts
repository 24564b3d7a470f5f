/** A process that submits, claims and finishes jobs and says what it was promised: `node jobs-until-killed.ts DB ROUND`. */
import { writeSync } from "node:fs";
import { openJobStore } from "../sqlite/jobs/open-jobs.ts";
import { newJob } from "./temporary-jobs.ts";

const [path = "", round = ""] = process.argv.slice(2);
const jobs = await openJobStore({ path });
const promised = (line: string): void => void writeSync(1, `${line}\n`);

async function submit(letter: string): Promise<void> {
  for (let index = 0; ; index += 1) {
    const now = Date.now();
    const { job } = await jobs.submit(
      newJob({ id: `${letter}${round}-${index}`, expiresAt: now + 1e9 }),
      now,
    );
    promised(`submitted ${job.id}`);
  }
}

async function work(): Promise<void> {
  for (;;) {
    const claimed = await jobs.claim(
      { endpointId: "end-1", workerId: "w", limit: 5, leaseMs: 1 },
      Date.now(),
    );
    for (const { job, lease, call } of claimed) {
      const body = { kind: "bytes", bytes: call.body } as const;
      const result = { status: 200, contentType: "application/json", body };
      const { kind } = await jobs.finish(lease, { kind: "completed", result }, Date.now());
      if (kind === "stored") promised(`completed ${job.id}`);
    }
  }
}

await Promise.all([submit("a"), submit("b"), work()]);
