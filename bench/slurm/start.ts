import type { Service, ServiceEvent } from "@berth/api";
import { waitForService } from "@berth/e2e/berth-process";
import { profileName, startCluster, type Cluster } from "@berth/e2e/slurm-cluster";
import { median } from "../figures.ts";
import type { Report } from "../report.ts";

const mostRatio = 1.3;
const rounds = 7;

interface Taken {
  readonly wholeMs: number;
  readonly schedulerMs: number;
  readonly engineMs: number;
}

/** From a job's acceptance to a healthy service, beside what the scheduler and the engine take by themselves. */
export async function slurmStart(): Promise<Report> {
  const cluster = await startCluster({ demo: true });
  try {
    await cluster.ok("model", "add", "berth/pilot", "--profile", profileName);
    // what is brought along once is there afterwards
    await healthyAfter(cluster, "first");
    const taken: Taken[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const schedulerMs = bareJobMs(cluster);
      taken.push({ schedulerMs, ...(await healthyAfter(cluster, `round-${round}`)) });
    }
    const ratio = median(
      taken.map(({ wholeMs, schedulerMs, engineMs }) => wholeMs / (schedulerMs + engineMs)),
    );
    const row = (name: string, value: (one: Taken) => number): string[] => [
      name,
      median(taken.map(value)).toFixed(0),
    ];
    return {
      title: `slurm-start: demo model on the cluster, medians of ${rounds}`,
      head: ["", "ms"],
      rows: [
        row("from sbatch's answer to HEALTHY", ({ wholeMs }) => wholeMs),
        row("a bare job's first line after its acceptance", ({ schedulerMs }) => schedulerMs),
        row("from the runner's first breath to the engine's readiness", ({ engineMs }) => engineMs),
      ],
      bars: [
        {
          fact: `at most ${mostRatio} times the scheduler's delay and the engine's load (median of the rounds' ratios)`,
          measured: ratio.toFixed(2),
          holds: ratio <= mostRatio,
        },
      ],
    };
  } finally {
    await cluster.dispose();
  }
}

/** Submits a job that prints the time, as a floor: how long the scheduler takes to start anything. */
function bareJobMs({ lab }: Cluster): number {
  const script = `
    dir=$(mktemp -d "/home/${lab.user}/bare.XXXXXX"); cd "$dir" || exit 1
    sbatch --parsable --mem=50 -o out --wrap 'date +%s%N' >job; accepted=$(date +%s%N)
    until [ -s out ]; do sleep 0.02; done
    echo $(( ($(cat out) - accepted) / 1000000 )); rm -r "$dir"`;
  return Math.max(0, Number(lab.exec("login", ["sh", "-c", script], { user: lab.user })));
}

async function healthyAfter(cluster: Cluster, name: string): Promise<Omit<Taken, "schedulerMs">> {
  const { berth, lab, home } = cluster;
  await cluster.ok(
    "run",
    "--profile",
    profileName,
    "--time",
    "10",
    "--name",
    name,
    "text-generation",
    "berth/pilot",
  );
  await waitForService(berth, name);
  const service = (await (await berth.fetch(`/api/v1/services/${name}`)).json()) as Service;
  const events = (await (await berth.fetch(`/api/v1/services/${name}/events`)).json()) as {
    data: ServiceEvent[];
  };
  const healthyAt = events.data.findLast(({ status }) => status === "HEALTHY")?.at ?? Number.NaN;
  // the record of sbatch's answer, the runner's claim, and its last word: that the engine is ready
  const launch = `${home}/launches/${service.id}-1`;
  const changedAt = (file: string): number =>
    1000 * Number(lab.exec("login", ["sh", "-c", `stat -c %.3Y ${launch}/${file}`]));
  const taken = {
    wholeMs: healthyAt - changedAt("job"),
    engineMs: changedAt("r0/*/state.json") - changedAt("r0/*/claim.json"),
  };
  await cluster.ok("stop", name);
  return taken;
}
