import { defaultQueueRules, defaultScaling } from "@berth/api";
import { expect, test } from "vitest";
import type { DeploymentRow, EndpointRow } from "../endpoint-store.ts";
import { temporaryStore } from "../testing/temporary-store.ts";
import { decodeEndpoint } from "./endpoints.ts";

function endpointRow(given: Partial<EndpointRow> = {}): EndpointRow {
  return {
    id: "ep-1",
    owner: "ada",
    name: "chat",
    description: null,
    visibility: "private",
    scaling: defaultScaling,
    queue: defaultQueueRules,
    fallback: null,
    coldStart: "hold",
    configuration: {
      template: { model: "berth/pilot" },
      profiles: ["here"],
      hardware: null,
      secrets: [],
      hubSecret: null,
    },
    currentDeployment: null,
    nextDeployment: 1,
    formerNames: [],
    isPaused: false,
    isDeleted: false,
    createdAt: 1,
    updatedAt: 1,
    ...given,
  };
}

function deployment(number: number, given: Partial<DeploymentRow> = {}): DeploymentRow {
  return {
    id: `dep-${number}`,
    endpointId: "ep-1",
    number,
    status: "DEPLOYING",
    statusReason: null,
    configuration: endpointRow().configuration,
    rollbackTo: null,
    creator: "admin",
    createdAt: number,
    concludedAt: null,
    ...given,
  };
}

const event = {
  endpointId: "ep-1",
  at: 1,
  kind: "order",
  message: "created",
  evidence: { by: "ada" },
} as const;

test("an endpoint that an earlier version has stored is read, with what it could not say as usual", () => {
  const { overflowSeconds: _, rollout: _rollout, ...scaling } = defaultScaling;
  const {
    id,
    owner,
    name,
    coldStart: _coldStart,
    ...kept
  } = endpointRow({
    queue: { ...defaultQueueRules, limit: 7 },
  });
  const later = ["limitPerKey", "limitBytes", "maxPriority", "boundsCallers"];
  const queue = Object.fromEntries(Object.entries(kept.queue).filter(([rule]) => !later.includes(rule)));
  const endpoint_json = JSON.stringify({ ...kept, scaling, queue });
  expect(decodeEndpoint({ number: 1, id, owner, name, endpoint_json })).toEqual(
    endpointRow({ queue: { ...defaultQueueRules, limit: 7 } }),
  );
});

test("an endpoint is remembered with its deployments and events, and forgotten with them", async () => {
  await using temporary = await temporaryStore();
  const { endpoints } = temporary.store;
  const [stored] = await endpoints.putEndpoint({
    row: endpointRow(),
    deployments: [deployment(1)],
    events: [event],
  });
  const completed = deployment(1, { status: "COMPLETED", concludedAt: 9 });
  const changed = endpointRow({
    name: "talk",
    formerNames: ["chat"],
    currentDeployment: 1,
    nextDeployment: 2,
  });
  await endpoints.putEndpoint({
    row: changed,
    deployments: [completed, deployment(2)],
    events: [{ ...event, at: 2, message: "renamed" }],
  });
  expect(await endpoints.listEndpoints()).toEqual([changed]);
  expect(await endpoints.listDeployments("ep-1")).toEqual([completed, deployment(2)]);
  expect((await endpoints.listEndpointEvents("ep-1", 10)).map(({ message }) => message)).toEqual([
    "created",
    "renamed",
  ]);
  expect(await endpoints.listEndpointEvents("ep-1", 1)).toMatchObject([{ message: "renamed" }]);
  expect(stored).toEqual({ ...event, id: 1 });
  await endpoints.forgetEndpointEvents(2);
  expect(await endpoints.listEndpointEvents("ep-1", 10)).toHaveLength(1);
  await endpoints.deleteEndpoint("ep-1");
  await endpoints.deleteEndpoint("ep-1");
  expect(await endpoints.listEndpoints()).toEqual([]);
  expect(await endpoints.listDeployments("ep-1")).toEqual([]);
  expect(await endpoints.listEndpointEvents("ep-1", 10)).toEqual([]);
});

test("an owner has a name once; nothing of a refused change is written", async () => {
  await using temporary = await temporaryStore();
  const { endpoints } = temporary.store;
  await endpoints.putEndpoint({ row: endpointRow() });
  await endpoints.putEndpoint({ row: endpointRow({ id: "ep-2", owner: "bob" }) });
  const refused = endpoints.putEndpoint({
    row: endpointRow({ id: "ep-3" }),
    deployments: [deployment(1, { endpointId: "ep-3" })],
  });
  await expect(refused).rejects.toMatchObject({ code: "already_exists", param: "name" });
  expect((await endpoints.listEndpoints()).map(({ id }) => id)).toEqual(["ep-1", "ep-2"]);
  expect(await endpoints.listDeployments("ep-3")).toEqual([]);
});

test("secrets are by owner and name, presets by name and profile", async () => {
  await using temporary = await temporaryStore();
  const { secrets, hardwarePresets } = temporary.store;
  const secret = { owner: "ada", name: "hub", sealed: "v1.x", provider: null, createdAt: 1, updatedAt: 1 };
  await secrets.putSecret(secret);
  await secrets.putSecret({ ...secret, owner: "bob" });
  await secrets.putSecret({ ...secret, sealed: "v1.y", updatedAt: 2 });
  expect(await secrets.listSecrets()).toEqual([
    { ...secret, sealed: "v1.y", updatedAt: 2 },
    { ...secret, owner: "bob" },
  ]);
  expect(await secrets.deleteSecret("ada", "hub")).toBe(true);
  expect(await secrets.deleteSecret("ada", "hub")).toBe(false);

  const everywhere = { name: "gpu-1", profile: null, cpus: 4, memoryMiB: 1024, gpus: 1, gpuType: null };
  const there = { ...everywhere, profile: "della", gpuType: "a100" };
  await hardwarePresets.putHardwarePreset(everywhere);
  await hardwarePresets.putHardwarePreset(there);
  await hardwarePresets.putHardwarePreset({ ...everywhere, cpus: 8 });
  expect(await hardwarePresets.listHardwarePresets()).toEqual([{ ...everywhere, cpus: 8 }, there]);
  expect(await hardwarePresets.deleteHardwarePreset("gpu-1", null)).toBe(true);
  expect(await hardwarePresets.listHardwarePresets()).toEqual([there]);
});

test("one that was written before there were secrets for the hub has none", async () => {
  await using temporary = await temporaryStore();
  const { endpoints } = temporary.store;
  const { hubSecret: _, ...configuration } = endpointRow().configuration;
  const before = { configuration: configuration as EndpointRow["configuration"] };
  await endpoints.putEndpoint({ row: endpointRow(before), deployments: [deployment(1, before)], events: [] });
  expect(await endpoints.listEndpoints()).toEqual([endpointRow()]);
  expect(await endpoints.listDeployments("ep-1")).toEqual([deployment(1)]);
});
