import { expect, test } from "vitest";
import { clusterFields } from "./cluster-fields.ts";
import { slurmFactsSchema } from "./profile.ts";

test("every fact of a cluster has its place in the order", () => {
  expect([...clusterFields].toSorted()).toEqual(Object.keys(slurmFactsSchema.shape).toSorted());
});
