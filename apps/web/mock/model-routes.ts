import {
  BerthError,
  type CreateModelRoute,
  type ModelRoute,
  type RouteTarget,
  type Routes,
} from "@berth/api";
import { given } from "../src/api/given.ts";
import type { MockHandler } from "./handler.ts";
import { modelRoute } from "./seed-routes.ts";
import type { World } from "./world.ts";

type RouteHandlers = {
  readonly [
    N in
      | "listModelRoutes"
      | "createModelRoute"
      | "getModelRoute"
      | "updateModelRoute"
      | "deleteModelRoute"
      | "exportModelRoutes"
      | "importModelRoutes"
  ]: MockHandler<Routes[N]>;
};

export const modelRouteHandlers: RouteHandlers = {
  listModelRoutes: (_, world) => ({ data: world.routes }),
  createModelRoute: ({ body }, world) => {
    if (world.routes.some(({ name }) => name === body.name))
      throw new BerthError("already_exists", `a route named ${body.name} exists`, { param: "name" });
    const made = configured(world, body);
    world.routes.push(made);
    world.publish({ type: "routes" });
    return made;
  },
  getModelRoute: ({ params }, world) => find(world, params.id),
  updateModelRoute: ({ params, body }, world) => {
    const before = find(world, params.id);
    const { targets, firstTokenSeconds, cache, ...rest } = body;
    const after: ModelRoute = {
      ...before,
      ...given(rest),
      ...(targets === undefined ? {} : { targets: targets.map((one) => standing(world, one)) }),
      firstTokenSeconds: firstTokenSeconds === undefined ? before.firstTokenSeconds : firstTokenSeconds,
      cache: cache === undefined ? before.cache : cache,
      updatedAt: Date.now(),
    };
    world.routes.splice(world.routes.indexOf(before), 1, after);
    world.publish({ type: "routes" });
    return after;
  },
  deleteModelRoute: ({ params }, world) => {
    world.routes.splice(world.routes.indexOf(find(world, params.id)), 1);
    world.publish({ type: "routes" });
  },
  exportModelRoutes: (_, world) => ({ routes: world.routes.map(written) }),
  importModelRoutes: ({ body }, world) => {
    const has = (list: readonly { name: string }[], name: string): boolean =>
      list.some((one) => one.name === name);
    const names = body.routes.map(({ name }) => name);
    const told = {
      added: names.filter((name) => !has(world.routes, name)),
      changed: names.filter((name) => has(world.routes, name)),
      removed:
        body.replace === true
          ? world.routes.map(({ name }) => name).filter((name) => !has(body.routes, name))
          : [],
    };
    if (body.dryRun === true) return told;
    const kept = world.routes.filter(({ name }) => !names.includes(name) && !told.removed.includes(name));
    const taken = body.routes.map((one) => configured(world, one));
    world.routes.splice(0, world.routes.length, ...kept, ...taken);
    world.publish({ type: "routes" });
    return told;
  },
};

function find(world: World, name: string): ModelRoute {
  const found = world.routes.find((one) => one.name === name);
  if (found === undefined) throw new BerthError("not_found", `no route ${name}`, { param: "id" });
  return found;
}

function configured(world: World, { targets, ...rest }: CreateModelRoute): ModelRoute {
  const at = Date.now();
  const parts = { ...given(rest), targets: targets.map((one) => standing(world, one)) };
  return { ...modelRoute(at, parts), createdAt: at, updatedAt: at };
}

function standing(
  world: World,
  { model, weight = 1, group = 0 }: RouteTarget,
): ModelRoute["targets"][number] {
  const isThere =
    world.providers.some(({ name, models }) => models.some((one) => `${name}/${one.name}` === model)) ||
    [...world.services.values()].some((one) => one.name === model);
  return isThere
    ? { model, weight, group, status: "ready", reason: null }
    : {
        model,
        weight,
        group,
        status: "missing",
        reason: "no service and no model of a provider has this name",
      };
}

function written(route: ModelRoute): CreateModelRoute {
  const { name, match, strategy, targets, retries, firstTokenSeconds, cache, logBodies } = route;
  return {
    name,
    match,
    strategy,
    targets: targets.map(({ model, weight, group }) => ({ model, weight, group })),
    retries,
    ...(firstTokenSeconds === null ? {} : { firstTokenSeconds }),
    ...(cache === null ? {} : { cache }),
    logBodies,
  };
}
