import type { Cluster } from "@berth/api";
import { expect, test } from "vitest";
import { sampleCluster } from "../testing/cluster.ts";
import { requireKnownResources, unknownResources } from "./known-resources.ts";

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

test("the refusal names the field and what is near", () => {
  expect(() => requireKnownResources(sampleCluster(), { partition: "gpuu" }, "spec.")).toThrow(
    expect.objectContaining({
      code: "unprocessable",
      param: "spec.partition",
      details: { near: ["gpu"] },
    }) as Error,
  );
});
