import { BerthError, type Cluster } from "@berth/api";
import { expect, test } from "vitest";
import { sampleCluster } from "../testing/cluster.ts";
import { refuseUnknownResources, requireKnownResources, unknownResources } from "./known-resources.ts";

test.each<[string, Parameters<typeof unknownResources>[1], readonly string[]]>([
  ["nothing", {}, []],
  ["what is there", { partition: "gpu", account: "proj", qos: "high", constraint: "gpu80&a100" }, []],
  ["one of two partitions", { partition: "cpu,gpu" }, []],
  ["a partition by a slip", { partition: "gpuu" }, ["the cluster has no partition gpuu: did you mean gpu?"]],
  [
    "a partition like none",
    { partition: "visualisation" },
    ["the cluster has no partition visualisation: choose from cpu, gpu"],
  ],
  ["an account by a slip", { account: "porj" }, ["the cluster has no account porj: did you mean proj?"]],
  ["a QOS of others", { qos: "secret" }, ["the cluster has no qos secret: choose from normal, high"]],
  [
    "a feature in an expression",
    { constraint: "[gpu08*2|a100]" },
    ["the cluster has no constraint gpu08: did you mean gpu80?"],
  ],
])("asked for %s", (_, asked, messages) => {
  expect(unknownResources(sampleCluster(), asked).map(({ message }) => message)).toEqual(messages);
});

test("a cluster without accounting is not asked about accounts and QOS", () => {
  const cluster: Cluster = sampleCluster({ accounts: null, qos: [] });
  expect(unknownResources(cluster, { account: "any", qos: "any" })).toEqual([]);
});

test("a feature's name may hold nearly anything", () => {
  const [partition] = sampleCluster().partitions;
  if (partition === undefined) throw new Error("it has one");
  const cluster = sampleCluster({ partitions: [{ ...partition, features: ["arch=zen4", "ib/hdr"] }] });
  expect(unknownResources(cluster, { constraint: "[arch=zen4*2|ib/hdr]" })).toEqual([]);
});

test("who has no account is let pass: not every cluster insists on one", () => {
  expect(unknownResources(sampleCluster({ accounts: [] }), { account: "any" })).toEqual([]);
});

const hidden: Cluster = sampleCluster({
  seenAt: 1,
  partitions: sampleCluster().partitions.map((partition) => ({ ...partition, name: "new" })),
});
const away = (): Promise<Cluster> => Promise.reject(new BerthError("host_unreachable", "no route to host"));

test.for([
  ["which it has by now", { partition: "new" }, async () => hidden, undefined],
  ["which it still has not", { partition: "gpuu" }, async () => hidden, "unprocessable"],
  ["while it cannot be asked", { partition: "new" }, away, undefined],
  ["while its scheduler was asked enough", { partition: "new" }, async () => sampleCluster(), undefined],
] as const)("what a remembered cluster does not have, %s", async ([, asked, refresh, code]) => {
  const refusing = refuseUnknownResources({ remembered: sampleCluster(), refresh }, asked, "resources.");
  const outcome = await refusing.catch((error: BerthError) => error.code);
  expect(outcome).toBe(code);
});

test("what it is known to have asks nobody", async () => {
  const refresh = (): Promise<Cluster> => {
    throw new Error("asked");
  };
  await refuseUnknownResources({ remembered: sampleCluster(), refresh }, { partition: "gpu" }, "resources.");
});

test("the refusal names the field and what is near", () => {
  expect(() => requireKnownResources(sampleCluster(), { partition: "gpuu" }, "spec.")).toThrow(
    expect.objectContaining({
      code: "unprocessable",
      param: "spec.partition",
      details: { near: ["gpu"] },
    }) as Error,
  );
});
