/** A process that submits jobs until one is refused, and says which were accepted and why it ended: `node jobs-until-full.ts DB`. */
import { isBerthError } from "@berth/api/error";
import { openJobStore } from "../sqlite/jobs/open-jobs.ts";
import { newJob } from "./temporary-jobs.ts";

// what a full disk does to a write, a limit of a file's size does too
process.on("SIGXFSZ", () => undefined);
const [path = ""] = process.argv.slice(2);
const jobs = await openJobStore({ path });
const call = { path: "/", contentType: "text/plain", body: Buffer.alloc(64 * 1024) };
const accepted: string[] = [];
let refusal: unknown;
while (refusal === undefined) {
  const ids = Array.from({ length: 8 }, (_, index) => `j${accepted.length}-${index}`);
  const ended = await Promise.allSettled(ids.map((id) => jobs.submit(newJob({ id, call }), 0)));
  for (const [index, one] of ended.entries())
    if (one.status === "fulfilled") accepted.push(ids[index] ?? "");
    else refusal = one.reason as unknown;
}
const counts = (await jobs.counts()).get("end-1");
const code = isBerthError(refusal) ? refusal.code : "none of ours";
process.stdout.write(JSON.stringify({ accepted, code, counted: counts?.QUEUED }));
await jobs.close();
