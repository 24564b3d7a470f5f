import { expect } from "vitest";
import { liveJobs, order, put, seeUntil, type Fault } from "./fault.ts";
import type { Cluster } from "../cluster.ts";

interface Refusal {
  readonly name: string;
  readonly resources: object;
  readonly words: RegExp;
}

const refusals: readonly Refusal[] = [
  { name: "an unknown partition", resources: { partition: "nosuch" }, words: /nosuch|invalid partition/i },
  { name: "an unknown account", resources: { account: "nosuch" }, words: /nosuch|account/i },
  {
    name: "a GPU type that is not there",
    resources: { gres: "gpu:h100:1" },
    words: /h100|node configuration|gres/i,
  },
  {
    name: "more memory than any node has",
    resources: { memoryMiB: 999_999 },
    words: /memory|node configuration/i,
  },
  { name: "a feature that no node has", resources: { constraint: "nosuch" }, words: /nosuch|feature/i },
];

/** What the scheduler will never grant: told in its own words, and nothing is left of it. */
export const refusalFaults: readonly Fault[] = [
  ...refusals.map(({ name, resources, words }, at): Fault => ({
    name,
    run: async (cluster) => {
      const told = await refusalOf(cluster, `refused-${at}`, resources);
      expect(told).toMatch(words);
      expect(liveJobs(cluster)).toEqual([]);
      return `refused: "${told}"`;
    },
  })),
  {
    name: "the home's quota is full",
    mend: ({ lab }) => lab.fault("unfill", lab.user),
    run: async (cluster) => {
      cluster.lab.fault("fill", cluster.lab.user);
      const told = await refusalOf(cluster, "no-room", {});
      expect(told).toMatch(/quota/i);
      expect(liveJobs(cluster)).toEqual([]);
      cluster.lab.fault("unfill", cluster.lab.user);
      await cluster.berth.fetch("/api/v1/services/no-room/restart", { method: "POST" });
      await seeUntil(
        cluster,
        "no-room",
        "to be healthy after the restart",
        ({ status }) => status === "HEALTHY",
        120_000,
      );
      await put(cluster, "no-room");
      return `"${told}"; HEALTHY after a restart with room again`;
    },
  },
];

/** What is told of an order that cannot be: by the server at once, or by the service's end. */
async function refusalOf(cluster: Cluster, name: string, resources: object): Promise<string> {
  try {
    await order(cluster, { name, resources });
  } catch (error) {
    return (error as { message: string }).message;
  }
  const { statusReason } = await seeUntil(
    cluster,
    name,
    "a refusal",
    ({ status, retryAt }) => status === "FAILED" || retryAt !== null,
    90_000,
  );
  return statusReason ?? "";
}
