import { BerthError, type BudgetState, type Key, type KeyLimits, type Routes } from "@berth/api";
import { given } from "../src/api/given.ts";
import type { MockHandler } from "./handler.ts";
import type { World } from "./world.ts";

type KeyHandlers = {
  readonly [N in "listKeys" | "createKey" | "updateKey" | "deleteKey"]: MockHandler<Routes[N]>;
};

export const keyHandlers: KeyHandlers = {
  listKeys: (_, world) => ({ data: world.keys }),
  createKey: ({ body }, world) => {
    if (world.keys.some((one) => one.name === body.name))
      throw new BerthError("already_exists", `a key named ${body.name} exists`, { param: "name" });
    const { limits = {} } = body;
    const key: Key = {
      id: world.newId("key_"),
      name: body.name,
      prefix: "sk-berth-Zx81",
      scopes: body.scopes,
      models: body.models ?? null,
      status: "active",
      limits,
      budgets: unspent(limits),
      tags: body.tags ?? [],
      owner: body.owner ?? null,
      logBodies: body.logBodies ?? false,
      createdAt: Date.now(),
      expiresAt: expiry(body.expiresInSeconds ?? null),
      lastUsedAt: null,
    };
    world.keys.push(key);
    world.publish({ type: "keys" });
    return { ...key, key: "sk-berth-Zx81w0nMOCKmockMOCKmockMOCKmockMOCKmockMOCKm" };
  },
  updateKey: ({ params, body }, world) => {
    const before = find(world, params.id);
    const { expiresInSeconds, limits, ...rest } = body;
    const after: Key = {
      ...before,
      ...given(rest),
      ...(limits === undefined ? {} : { limits, budgets: unspent(limits) }),
      ...(expiresInSeconds === undefined ? {} : { expiresAt: expiry(expiresInSeconds) }),
    };
    world.keys.splice(world.keys.indexOf(before), 1, after);
    world.publish({ type: "keys" });
    return after;
  },
  deleteKey: ({ params }, world) => {
    world.keys.splice(world.keys.indexOf(find(world, params.id)), 1);
    world.publish({ type: "keys" });
  },
};

function find(world: World, id: string): Key {
  const found = world.keys.find((one) => one.id === id);
  if (found === undefined) throw new BerthError("not_found", `no key ${id}`);
  return found;
}

function expiry(inSeconds: number | null): number | null {
  return inSeconds === null ? null : Date.now() + inSeconds * 1000;
}

function unspent({ budgets = [] }: KeyLimits): BudgetState[] {
  const resetsAt = Date.now() + 6 * 3_600_000;
  return budgets.map((budget) => ({ ...budget, spent: 0, reserved: 0, resetsAt }));
}
