import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "@berth/api";
import { until } from "../../until.ts";
import { profileName, type Cluster } from "../cluster.ts";

/** One thing that clusters and networks do, and what must be seen of it. */
export interface Fault {
  /** As a sentence: "the cable is cut for 20 s while a service serves". */
  readonly name: string;
  /** Breaks, looks, mends. Resolves to what was seen, in words for the table; throws when it is not what must be. */
  readonly run: (cluster: Cluster) => Promise<string>;
  /** Whatever happened, the lab is whole again after it. */
  readonly mend?: (cluster: Cluster) => void;
}

const engineSource = readFileSync(join(import.meta.dirname, "tiny_engine.py"), "utf8");

/** Puts the tiny engine's source on the cluster, once. */
export function installEngine({ lab, cache }: Cluster): void {
  lab.exec(
    "login",
    ["sh", "-c", `cat > "$1" <<'EOF'\n${engineSource}\nEOF`, "sh", `${cache}/tiny_engine.py`],
    {
      user: lab.user,
    },
  );
}

export interface Ordered {
  readonly name: string;
  readonly resources?: object;
  readonly renew?: boolean;
}

/** Orders a tiny engine. Throws with the server's words when it refuses. */
export async function order(cluster: Cluster, { name, resources, renew }: Ordered): Promise<Service> {
  const response = await cluster.berth.fetch("/api/v1/services", {
    method: "POST",
    body: JSON.stringify({
      name,
      profile: profileName,
      image: "command",
      command: { argv: ["python3", `${cluster.cache}/tiny_engine.py`, "{socket}"], healthPath: "/health" },
      resources: { memoryMiB: 300, time: "20", ...resources },
      ...(renew === true ? { renew } : {}),
    }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Service;
}

export async function see({ berth }: Cluster, name: string): Promise<Service> {
  const ask = (): Promise<Response> =>
    // a kept connection may be closed by the server just when it is used again
    berth.fetch(`/api/v1/services/${name}`, { headers: { connection: "close" } });
  return (await (await ask().catch(ask)).json()) as Service;
}

/** Resolves with the service once it is as wanted; throws with what it is at the deadline. */
export async function seeUntil(
  cluster: Cluster,
  name: string,
  what: string,
  isSo: (service: Service) => boolean,
  deadlineMs = 60_000,
): Promise<Service> {
  let last: Service | undefined;
  try {
    return await until(
      what,
      async () => {
        last = await see(cluster, name);
        return isSo(last) ? last : undefined;
      },
      deadlineMs,
    );
  } catch (cause) {
    const events = await (await cluster.berth.fetch(`/api/v1/services/${name}/events`)).text();
    throw new Error(`${name}: ${what}: it is ${JSON.stringify(last)}; ${events}\n${cluster.berth.output()}`, {
      cause,
    });
  }
}

export function seeStatus(
  cluster: Cluster,
  name: string,
  status: Service["status"],
  deadlineMs?: number,
): Promise<Service> {
  return seeUntil(cluster, name, `status ${status}`, (service) => service.status === status, deadlineMs);
}

/** A healthy tiny engine. */
export async function serve(cluster: Cluster, ordered: Ordered): Promise<Service> {
  await order(cluster, ordered);
  return seeStatus(cluster, ordered.name, "HEALTHY");
}

/** Calls the service at its own port. */
export function callEngine(
  { berth }: Cluster,
  service: Service,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  return fetch(`http://127.0.0.1:${service.port}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${berth.adminKey}` },
  });
}

/** Every Slurm job that was ever submitted for the service, by id, as the accounting knows them. */
export function jobsOf({ lab }: Cluster, service: Service): readonly string[] {
  const rows = lab.exec("ctl", ["sacct", "-nXP", "-a", "-S", "now-1days", "-o", "jobid,jobname"]);
  const queued = lab.exec("ctl", ["squeue", "-h", "-a", "-t", "all", "-o", "%i|%j"]);
  const own = `${rows}\n${queued}`.split("\n").filter((row) => row.includes(`:${service.id}-`));
  return [...new Set(own.map((row) => row.split("|")[0] ?? ""))].toSorted();
}

/** What of the user's runs or waits on the cluster now. */
export function liveJobs({ lab }: Cluster): readonly string[] {
  const rows = lab.exec("ctl", ["squeue", "-a", "-h", "-t", "PD,CF,R,S,RQ,CG", "-u", lab.user, "-o", "%i"]);
  return rows
    .trim()
    .split("\n")
    .filter((row) => row !== "");
}

/** Stops the service and resolves when it is over, on the cluster too. */
export async function put(cluster: Cluster, name: string): Promise<void> {
  await cluster.berth.fetch(`/api/v1/services/${name}/stop`, { method: "POST" });
  await seeUntil(cluster, name, "an end", ({ endedAt }) => endedAt !== null, 90_000);
  await cluster.berth.fetch(`/api/v1/services/${name}`, { method: "DELETE" });
}
