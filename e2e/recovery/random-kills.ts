import { expect } from "vitest";
import { listServices, startBerth, waitForService, type Berth } from "../berth-process.ts";
import { enginesOf, processesNaming, runnersOf } from "../processes.ts";
import { seededRandom } from "../seeded-random.ts";
import { until } from "../until.ts";

type Victim = "server" | "runner" | "engine" | "server and runner" | "all";
const victims: readonly Victim[] = ["server", "runner", "engine", "server and runner", "all"];

// A service that died so often in a row would rightly be given up; here every death is our doing.
const environment = { BERTH_RESTART_LIMIT: "1000000", BERTH_RESTART_MAX_SECONDS: "1" };

/**
 * Kills server, runner and engine at random moments (also while they start), `rounds` times. After each: one service,
 * HEALTHY, on its old port; one runner, one engine, no more. At the end nothing of the home runs.
 */
export async function survivesRandomKills(rounds: number, seed: number): Promise<void> {
  const random = seededRandom(seed);
  let berth = await startBerth({ environment });
  const { id, port } = await waitForService(berth, "pilot");
  for (let round = 1; round <= rounds; round += 1) {
    const victim = victims[Math.floor(random() * victims.length)] ?? "server";
    berth = await killAndReturn(berth, victim, random);
    const context = `round ${round} of seed ${seed}, killed ${victim}`;
    const service = await settle(berth, context);
    expect({ id: service.id, port: service.port, context }).toEqual({ id, port, context });
    const { data } = (await (await berth.fetch("/api/v1/services?all=true")).json()) as { data: unknown[] };
    expect(data.length, context).toBe(1);
  }
  const { home } = berth;
  await berth.dispose();
  await until("every process of the home to be gone", async () =>
    (await processesNaming(home)).length === 0 ? true : undefined,
  );
}

async function killAndReturn(berth: Berth, victim: Victim, random: () => number): Promise<Berth> {
  const kill = (pids: readonly { readonly pid: number }[]): void => {
    for (const { pid } of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
  };
  if (victim === "runner" || victim === "server and runner" || victim === "all")
    kill(await runnersOf(berth.home));
  if (victim === "engine" || victim === "all") kill(await enginesOf(berth.home));
  // Sometimes the restart is already under way when the server dies.
  if (random() < 0.5) await new Promise((resolve) => setTimeout(resolve, random() * 1500));
  if (victim === "runner" || victim === "engine") return berth;
  await berth.kill("SIGKILL");
  return startBerth({ home: berth.home, environment });
}

async function settle(berth: Berth, context: string): ReturnType<typeof waitForService> {
  return until(
    `one healthy service, one runner, one engine (${context})`,
    async () => {
      const [service] = await listServices(berth);
      if (service?.status === "FAILED") throw new Error(`${context}: ${service.statusReason}`);
      const counts = [(await runnersOf(berth.home)).length, (await enginesOf(berth.home)).length];
      const answers = service?.status === "HEALTHY" && counts.join() === "1,1" && (await answer(berth));
      return answers ? service : undefined;
    },
    90_000,
  );
}

async function answer(berth: Berth): Promise<boolean> {
  const response = await berth.fetch("/v1/chat/completions", {
    method: "POST",
    body: JSON.stringify({ model: "pilot", max_tokens: 2, messages: [{ role: "user", content: "Hello!" }] }),
  });
  await response.arrayBuffer();
  return response.ok;
}
