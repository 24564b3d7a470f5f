import { isDeepStrictEqual } from "node:util";
import {
  BerthError,
  type CreateModelRoute,
  type ModelRoute,
  type RouteImport,
  type UpdateModelRoute,
  type Upstream,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { nearest } from "@berth/std/nearest";
import type { ModelRouteRow, ModelRouteStore } from "@berth/store";
import type { Changes } from "../services/changes.ts";
import { Turns } from "../services/turns.ts";
import { type ConfiguredRoute, configuredRoute, viewRoute } from "./configured-route.ts";
import { targetState } from "./target-state.ts";

export interface ModelRoutesOptions {
  readonly store: ModelRouteStore;
  readonly changes: Changes;
  readonly clock: Pick<Clock, "now">;
  /** Who answers now for a name that is no route's. */
  readonly resolve: (model: string) => readonly Upstream[];
}

/** Names that the user gave a way of their own. Nobody else writes them while this server runs. */
export class ModelRoutes {
  readonly #options: ModelRoutesOptions;
  readonly #turns = new Turns();
  #routes: readonly ConfiguredRoute[] = [];

  private constructor(options: ModelRoutesOptions) {
    this.#options = options;
  }

  static async load(options: ModelRoutesOptions): Promise<ModelRoutes> {
    const routes = new ModelRoutes(options);
    routes.#routes = (await options.store.listModelRoutes()).map((row) => configuredRoute(row, undefined));
    return routes;
  }

  /** In the order they were made, which is the order in which patterns are tried. */
  list(): ModelRoute[] {
    return this.#routes.map(({ row }) => this.#view(row));
  }

  /** Throws `not_found`, with near names. */
  get(name: string): ModelRoute {
    return this.#view(this.#find(name));
  }

  /** For the plan of all names: the same array as long as nothing of it changes. */
  configured(): readonly ConfiguredRoute[] {
    return this.#routes;
  }

  /** Requests take it from the moment it resolves. Throws `already_exists`, `invalid_request`, or `conflict` for a second default. */
  create(given: CreateModelRoute): Promise<ModelRoute> {
    return this.#write(async () => {
      if (this.#routes.some(({ row }) => row.name === given.name))
        throw new BerthError(
          "already_exists",
          `there is a route ${given.name} already: \`berth route update\` changes it`,
          { param: "name" },
        );
      const row = newRow(given, this.#options.clock.now());
      return this.#put(row);
    });
  }

  /** Requests under way keep to what was. Throws `not_found`, with near names, and as `create`. */
  update(name: string, given: UpdateModelRoute): Promise<ModelRoute> {
    return this.#write(async () => {
      const before = this.#find(name);
      const wanted = Object.entries(given).filter(([, value]) => value !== undefined);
      const changes = Object.fromEntries(wanted) as Partial<ModelRouteRow>;
      return this.#put({ ...before, ...changes, updatedAt: this.#options.clock.now() });
    });
  }

  /** Throws `not_found`. */
  delete(name: string): Promise<void> {
    return this.#write(async () => {
      this.#find(name);
      await this.#options.store.deleteModelRoute(name);
      this.#become(this.#routes.filter(({ row }) => row.name !== name));
    });
  }

  /** All of them, as `importAll` takes them. */
  export(): CreateModelRoute[] {
    return this.#routes.map(({ row }) => {
      const { createdAt: _, updatedAt: __, cache, firstTokenSeconds, ...rest } = row;
      return {
        ...rest,
        targets: [...rest.targets],
        ...(cache === null ? {} : { cache }),
        ...(firstTokenSeconds === null ? {} : { firstTokenSeconds }),
      };
    });
  }

  /**
   * All or nothing: routes of the same name are replaced, the others stay, or with `replace` go. With `dryRun` it only
   * tells. Throws as `create`, naming which.
   */
  importAll(
    given: readonly CreateModelRoute[],
    {
      replace = false,
      dryRun = false,
    }: { readonly replace?: boolean | undefined; readonly dryRun?: boolean | undefined },
  ): Promise<RouteImport> {
    return this.#write(async () => {
      const now = this.#options.clock.now();
      const before = new Map(this.#routes.map(({ row }) => [row.name, row]));
      const after = new Map(replace ? [] : before);
      const report: RouteImport = { added: [], changed: [], removed: [] };
      for (const [index, one] of given.entries()) {
        const old = before.get(one.name);
        const row = newRow(one, now);
        const isSame = old !== undefined && sameOrder(old, row);
        if (after.has(one.name) && given.findIndex(({ name }) => name === one.name) < index)
          throw new BerthError("invalid_request", `routes[${index}]: ${one.name} is there twice`, {
            param: `routes[${index}].name`,
          });
        if (old === undefined) report.added.push(one.name);
        else if (!isSame) report.changed.push(one.name);
        after.set(one.name, old === undefined ? row : isSame ? old : { ...row, createdAt: old.createdAt });
      }
      report.removed.push(...[...before.keys()].filter((name) => !after.has(name)));
      const rows = [...after.values()];
      const routes = rows.map((row) => this.#checked(row, rows));
      if (dryRun) return report;
      await this.#options.store.replaceModelRoutes(rows);
      this.#become(routes);
      return report;
    });
  }

  async #put(row: ModelRouteRow): Promise<ModelRoute> {
    const isNew = !this.#routes.some((route) => route.row.name === row.name);
    const rows = this.#routes.map((route) => (route.row.name === row.name ? row : route.row));
    const route = this.#checked(row, isNew ? [...rows, row] : rows);
    await this.#options.store.putModelRoute(row);
    this.#become(
      isNew
        ? [...this.#routes, route]
        : this.#routes.map((other) => (other.row.name === row.name ? route : other)),
    );
    return this.#view(row);
  }

  /** Throws what is wrong with the row among `rows`, all there would be. */
  #checked(row: ModelRouteRow, rows: readonly ModelRouteRow[]): ConfiguredRoute {
    const other = rows.find(({ match, name }) => match === "default" && name !== row.name);
    if (row.match === "default" && other !== undefined)
      throw new BerthError("conflict", `match: ${other.name} is the default route already; only one can be`, {
        param: "match",
      });
    for (const [index, { model }] of row.targets.entries()) {
      const param = `targets[${index}].model`;
      if (row.targets.findIndex((target) => target.model === model) < index)
        throw new BerthError("invalid_request", `${param}: ${model} is there twice`, { param });
      const isRoute = rows.some(({ match, name }) => match === "exact" && name === model);
      if (isRoute && this.#options.resolve(model).length === 0)
        throw new BerthError(
          "invalid_request",
          `${param}: ${model} is a route, and no route leads to another: name a service, a model or PROVIDER/MODEL`,
          { param },
        );
    }
    return configuredRoute(
      row,
      this.#routes.find((route) => route.row.name === row.name),
    );
  }

  #become(routes: readonly ConfiguredRoute[]): void {
    this.#routes = routes;
    this.#options.changes.publish({ type: "routes" });
  }

  #view(row: ModelRouteRow): ModelRoute {
    return viewRoute(row, (model) => targetState(this.#options.resolve(model)));
  }

  #find(name: string): ModelRouteRow {
    const found = this.#routes.find(({ row }) => row.name === name)?.row;
    if (found !== undefined) return found;
    const near = nearest(
      name,
      this.#routes.map(({ row }) => row.name),
    );
    const guess = near.length === 0 ? "`berth route ls` lists them" : `did you mean ${near.join(" or ")}?`;
    throw new BerthError("not_found", `there is no route ${name}: ${guess}`, {
      param: "id",
      details: { nearest: near },
    });
  }

  #write<T>(work: () => Promise<T>): Promise<T> {
    return this.#turns.take("routes", work);
  }
}

function newRow(given: CreateModelRoute, now: number): ModelRouteRow {
  return {
    name: given.name,
    match: given.match ?? "exact",
    strategy: given.strategy ?? "least-outstanding",
    targets: given.targets,
    retries: given.retries ?? 1,
    firstTokenSeconds: given.firstTokenSeconds ?? null,
    cache: given.cache ?? null,
    logBodies: given.logBodies ?? false,
    createdAt: now,
    updatedAt: now,
  };
}

/** Whether they say the same, in whatever order it is written. */
function sameOrder(a: ModelRouteRow, b: ModelRouteRow): boolean {
  const { createdAt, updatedAt } = a;
  return isDeepStrictEqual(a, { ...b, createdAt, updatedAt });
}
