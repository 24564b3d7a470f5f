import type { Download } from "@berth/api";
import { expect, test } from "vitest";
import { bringModel, type WantedModel } from "./model-arrivals.ts";

const { signal } = new AbortController();
const wanted: WantedModel = {
  template: { model: "org/m" },
  hubSecret: "hub",
  owner: "ada",
  profile: "here",
  since: 1_000,
};
const hubSecret = { owner: "ada", name: "hub" };
const download: Download = {
  id: "d",
  repo: "org/m",
  revision: "main",
  commit: "c",
  profile: "here",
  variant: null,
  files: [],
  status: "RUNNING",
  statusReason: null,
  bytesDone: 1,
  bytesTotal: 4,
  bytesPerSecond: null,
  etaSeconds: null,
  createdAt: 0,
  updatedAt: 2_000,
  modelId: null,
};

/** What came of it, and what was ordered. */
async function brought(known: readonly Download[], changes: Partial<WantedModel> = {}) {
  const ordered: unknown[] = [];
  const arrival = await bringModel(
    { ...wanted, ...changes },
    {
      list: () => known,
      create: async (request, _signal, secret) => {
        ordered.push({ ...request, ...(secret === undefined ? {} : { hubSecret: secret }) });
        return { ...download, status: "QUEUED" };
      },
    },
    signal,
  );
  return { arrival, ordered };
}

const order = { repo: "org/m", profile: "here" };

test("a model is ordered with the owner's secret, or with none", async () => {
  expect(await brought([])).toEqual({
    arrival: { kind: "coming", what: "org/m waits to be downloaded" },
    ordered: [{ ...order, hubSecret }],
  });
  expect((await brought([], { hubSecret: null })).ordered).toEqual([order]);
});

test("what is on its way is not ordered once more, whoever ordered it", async () => {
  expect(await brought([download])).toEqual({
    arrival: { kind: "coming", what: "downloading org/m 25 %" },
    ordered: [],
  });
});

test.each<[string, Partial<Download>, boolean]>([
  ["with the same secret", { hubSecret }, false],
  ["with the same secret, before", { hubSecret, updatedAt: 999 }, true],
  ["without it", {}, true],
  ["with another owner's of the name", { hubSecret: { owner: "bob", name: "hub" } }, true],
])("what has failed %s", async (_fact, failed, isOrdered) => {
  const { arrival, ordered } = await brought([
    { ...download, status: "FAILED", statusReason: "it is gated", ...failed },
  ]);
  expect(ordered).toHaveLength(isOrdered ? 1 : 0);
  expect(arrival).toMatchObject(isOrdered ? { kind: "coming" } : { kind: "failed", reason: "it is gated" });
});

test.each([
  ["nothing is launched", null],
  ["it is a file", { model: "/models/m.gguf" }],
])("the hub is not asked where %s", async (_fact, template) => {
  expect(await brought([], { template })).toEqual({ arrival: { kind: "nowhere" }, ordered: [] });
});
