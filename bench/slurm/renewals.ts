import { setTimeout as sleep } from "node:timers/promises";
import type { Service, ServiceEvent } from "@berth/api";
import { installEngine, callEngine, serve, put } from "@berth/e2e/slurm-fault";
import { startCluster, type Cluster } from "@berth/e2e/slurm-cluster";
import { quantile } from "../figures.ts";
import type { Report } from "../report.ts";

const renewals = 50;
const name = "renewed";
/** Ticks of a tenth of a second: streams of five seconds. */
const ticks = 50;
const pauseMs = 100;
const streams = 3;
/** A minute's wall time gives a successor every half minute; thrice that is a renewal that hangs. */
const longestRenewalMs = 90_000;

interface Traffic {
  readonly requestMs: number[];
  wholeStreams: number;
  readonly failed: string[];
  readonly cut: string[];
}

/** A service whose Slurm jobs last a minute each, under a steady stream of requests and streams. */
export async function slurmRenewals(): Promise<Report> {
  const cluster = await startCluster();
  const stop = new AbortController();
  try {
    installEngine(cluster);
    const service = await serve(cluster, {
      name,
      renew: true,
      resources: { partition: "short", time: "1" },
    });
    const traffic: Traffic = { requestMs: [], wholeStreams: 0, failed: [], cut: [] };
    const load = [
      sendRequests(cluster, service, traffic, stop.signal),
      ...Array.from({ length: streams }, () => sendStreams(cluster, service, traffic, stop.signal)),
    ];
    const seen = await waitForRenewals(cluster);
    stop.abort();
    await Promise.all(load);
    await put(cluster, name);
    return {
      title: `slurm-renewals: ${seen} renewals in a row of a service of 1-minute Slurm jobs, under load`,
      head: ["", ""],
      rows: [
        ["requests answered", String(traffic.requestMs.length)],
        ["their p99", `${quantile(traffic.requestMs, 0.99).toFixed(1)} ms`],
        ["streams of 5 s, whole", String(traffic.wholeStreams)],
        ["failed requests", String(traffic.failed.length)],
        ["cut streams", String(traffic.cut.length)],
      ],
      bars: [
        {
          fact: `${renewals} renewals in a row`,
          measured: String(seen),
          holds: seen >= renewals,
        },
        {
          fact: "no request failed",
          measured: [traffic.failed.length, ...traffic.failed.slice(0, 3)].join("; "),
          holds: traffic.failed.length === 0,
        },
        {
          fact: "no stream was cut",
          measured: [traffic.cut.length, ...traffic.cut.slice(0, 3)].join("; "),
          holds: traffic.cut.length === 0,
        },
      ],
    };
  } finally {
    stop.abort();
    await cluster.dispose();
  }
}

/** Resolves to the number seen: that which was asked for, or fewer when the next one does not come. */
async function waitForRenewals({ berth }: Cluster): Promise<number> {
  let seen = 0;
  let changedAt = performance.now();
  while (seen < renewals && performance.now() - changedAt < longestRenewalMs) {
    await sleep(2_000);
    const { data } = (await (await berth.fetch(`/api/v1/services/${name}/events`)).json()) as {
      data: ServiceEvent[];
    };
    const now = data.filter(({ message }) => message.startsWith("renewed:")).length;
    if (now === seen) continue;
    seen = now;
    changedAt = performance.now();
    console.error(`slurm-renewals: ${seen} of ${renewals}`);
  }
  return seen;
}

async function sendRequests(
  cluster: Cluster,
  service: Service,
  traffic: Traffic,
  signal: AbortSignal,
): Promise<void> {
  for (let number = 0; !signal.aborted; number += 1) {
    const body = JSON.stringify({ number });
    const startedAt = performance.now();
    try {
      const response = await callEngine(cluster, service, "/echo", { method: "POST", body });
      const text = await response.text();
      if (response.status === 200 && text === body) traffic.requestMs.push(performance.now() - startedAt);
      else traffic.failed.push(`${response.status} ${text.slice(0, 200)}`);
    } catch (error) {
      traffic.failed.push(wordsOf(error));
    }
    await sleep(pauseMs);
  }
}

async function sendStreams(
  cluster: Cluster,
  service: Service,
  traffic: Traffic,
  signal: AbortSignal,
): Promise<void> {
  const whole = Array.from({ length: ticks }, (_, tick) => `${tick}\n`).join("");
  while (!signal.aborted)
    try {
      const response = await callEngine(cluster, service, `/ticks/${ticks}`);
      const text = await response.text();
      if (response.status !== 200) traffic.failed.push(`${response.status} ${text.slice(0, 200)}`);
      else if (text === whole) traffic.wholeStreams += 1;
      else traffic.cut.push(`after ${text.split("\n").length - 1} of ${ticks} pieces`);
    } catch (error) {
      traffic.cut.push(wordsOf(error));
    }
}

function wordsOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
