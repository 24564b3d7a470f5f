import {
  BerthError,
  type ImportProviders,
  isBerthError,
  type ProviderImport,
  type ProviderTarget,
} from "@berth/api";
import type { Clock } from "@berth/std/clock";
import { withDeadline } from "@berth/std/deadline";
import { orderProvider } from "../providers/order-provider.ts";
import type { ProviderLook, ProviderProbe } from "../providers/provider-probe.ts";
import type { Providers } from "../providers/providers.ts";
import type { Keys } from "../services/keys.ts";
import { parseH2ogptKeys } from "./h2ogpt-keys.ts";
import { freeName, type LockedProvider, providersOfLock } from "./lock-to-providers.ts";
import { parseModelLock } from "./model-lock.ts";
import type { ServerEnvironment } from "./parsed-server.ts";
import { visibleModels } from "./visible-models.ts";

export interface H2ogptImportOptions {
  readonly providers: Providers;
  readonly keys: Keys;
  readonly probe: Pick<ProviderProbe, "look">;
  readonly environment: ServerEnvironment;
  readonly clock: Clock;
}

type ImportedProvider = ProviderImport["providers"][number];

const lookMs = 10_000;

/** Takes over what an h2oGPT was started with: its `model_lock`, which of that it shows, and its callers' keys. */
export class H2ogptImport {
  readonly #options: H2ogptImportOptions;

  constructor(options: H2ogptImportOptions) {
    this.#options = options;
  }

  /**
   * What is there already stays as it is; what cannot be taken over is told, and the rest is. Throws `invalid_request`,
   * naming the field, when the lock or the keys cannot be read: nothing is done then.
   */
  async run(given: ImportProviders, signal: AbortSignal): Promise<ProviderImport> {
    const { modelLock, visibleModels: visible = "", apiKeys, dryRun = false } = given;
    if (modelLock === undefined && apiKeys === undefined)
      throw new BerthError("invalid_request", "give a modelLock, apiKeys or both", { param: "modelLock" });
    const locked = modelLock === undefined ? [] : parseModelLock(modelLock, this.#options.environment);
    const keys = apiKeys === undefined ? [] : parseH2ogptKeys(apiKeys);
    const shown = new Set(
      visibleModels(
        visible,
        locked.map(({ name }) => name),
      ),
    );
    const { providers: planned, leftOut } = providersOfLock(locked.filter(({ name }) => shown.has(name)));
    const hidden = locked.filter(({ name }) => !shown.has(name));
    leftOut.push(...hidden.map(({ name }) => ({ what: name, reason: "it is not among the visible models" })));
    const settled = await Promise.all(planned.map((one) => this.#settle(one, signal)));
    const there = this.#options.providers.list();
    const names = new Set(there.map((one) => one.name));
    const providers: ImportedProvider[] = [];
    for (const { order, remark } of settled) {
      const same = there.find((one) => one.url === order.url.replace(/\/+$/, "") && one.kind === order.kind);
      const name = freeName(order.name, names);
      providers.push(
        same === undefined
          ? await this.#add({ ...order, name }, remark, dryRun)
          : toldOf({ ...order, name: same.name }, "exists", "a provider is at this address already"),
      );
      names.add(name);
    }
    return { providers, keys: await this.#adopt(keys, dryRun), ignored: leftOut };
  }

  /** Asks which kind of server is there, where the lock does not say. */
  async #settle(
    { order, isUnsure }: LockedProvider,
    signal: AbortSignal,
  ): Promise<{ readonly order: LockedProvider["order"]; readonly remark: string }> {
    if (!isUnsure) return { order, remark: "" };
    for (const kind of ["tgi", "gradio"] as const) {
      if ((await this.#look({ ...order, kind }, signal)).kind === "answered")
        return { order: { ...order, kind }, remark: "" };
    }
    const isGradio = /:78\d\d$/.test(new URL(order.url).origin);
    const [kind, other] = isGradio ? (["gradio", "tgi"] as const) : (["tgi", "gradio"] as const);
    return {
      order: { ...order, kind },
      remark: `it does not answer now, so it is taken for ${kind}; if it is ${other}, remove it and add it with --kind ${other}`,
    };
  }

  #look({ name, kind, url }: LockedProvider["order"], signal: AbortSignal): Promise<ProviderLook> {
    const target: ProviderTarget = {
      providerId: "",
      provider: name,
      kind,
      url,
      auth: { kind: "none" },
      options: {},
      maxParallel: null,
      connectMs: null,
      firstTokenMs: null,
    };
    const { probe, clock } = this.#options;
    return withDeadline(clock, lookMs, signal, (limit) => probe.look(target, limit)).catch(
      (error: unknown): ProviderLook => {
        signal.throwIfAborted();
        return { kind: "failed", reason: (error as Error).message };
      },
    );
  }

  async #add(order: LockedProvider["order"], remark: string, isDry: boolean): Promise<ImportedProvider> {
    try {
      if (isDry) orderProvider(order);
      else await this.#options.providers.create(order);
      return toldOf(order, "added", remark);
    } catch (error) {
      if (!isBerthError(error)) throw error;
      return toldOf(order, "failed", error.message);
    }
  }

  async #adopt(keys: readonly string[], isDry: boolean): Promise<ProviderImport["keys"]> {
    const told: ProviderImport["keys"] = [];
    for (const [index, key] of keys.entries()) {
      const name = `h2ogpt-${index + 1}`;
      try {
        const isNew = await this.#options.keys.adopt(name, key, { dryRun: isDry });
        const message = isNew ? "" : "the key is known already";
        told.push({ name, outcome: isNew ? "added" : "exists", message });
      } catch (error) {
        if (!isBerthError(error)) throw error;
        told.push({ name, outcome: "failed", message: error.message });
      }
    }
    return told;
  }
}

function toldOf(
  { name, kind, url, models }: LockedProvider["order"],
  outcome: ImportedProvider["outcome"],
  message: string,
): ImportedProvider {
  return { name, kind, url, models: models.map((model) => model.name), outcome, message };
}
