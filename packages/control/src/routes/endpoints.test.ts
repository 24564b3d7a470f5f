import type { Scope } from "@berth/api";
import { expect, test } from "vitest";
import { EndpointWorld } from "../testing/endpoint-world.ts";
import { endpointHandlers } from "./endpoints.ts";
import type { HandlerContext } from "./handler.ts";

const { signal } = new AbortController();

function by(
  owner: string | null,
  scopes: readonly Scope[],
  models: readonly string[] | null = null,
): HandlerContext {
  return { signal, caller: { keyId: "k", owner, scopes, models } } as HandlerContext;
}

const template = { model: "berth/pilot", env: { TOKEN: "mine alone" } };

test("whoever may call an endpoint may wake it, and is not told how it is made", async () => {
  const at = await new EndpointWorld().start();
  const { id } = await at.deployed({ template, visibility: "public" }, false);
  const { wakeEndpoint } = endpointHandlers(at.control, at.harbour.clock);
  const input = { params: { id: "ada/chat" }, query: undefined, body: undefined };
  const woken = await wakeEndpoint(input, by("bob", ["inference"]));
  expect(woken).toMatchObject({ id, configuration: { template: null } });
  expect(JSON.stringify(woken)).not.toContain("mine alone");
  expect(await wakeEndpoint(input, by(null, ["admin"]))).toMatchObject({
    configuration: { template: { model: "berth/pilot" } },
  });
  await at.until(id, ({ replicas }) => replicas.ready === 1);
});

test("whoever may not call it may not wake it, nor learn that it is there", async () => {
  const at = await new EndpointWorld().start();
  await at.deployed({}, false);
  const { wakeEndpoint } = endpointHandlers(at.control, at.harbour.clock);
  const wake = async (id: string, context: HandlerContext) =>
    wakeEndpoint({ params: { id }, query: undefined, body: undefined }, context);
  await expect(wake("ada/chat", by("bob", ["inference"]))).rejects.toMatchObject({ code: "not_found" });
  await expect(wake("ada/chat", by("ada", ["inference"], ["other"]))).rejects.toMatchObject({
    code: "forbidden",
  });
  await expect(wake("ada/chat", by("ada", ["inference"], ["ada/chat"]))).resolves.toBeDefined();
  await at.pass(1_000);
});
