import type { RemoteHost } from "../../remote/remote-host.ts";
import { type Installation, installPack } from "./install-pack.ts";
import type { Pack } from "./pack.ts";

interface UnderWay {
  readonly done: Promise<void>;
  readonly listeners: Set<(fraction: number) => void>;
  /** Ends it. */
  readonly drop: AbortController;
  fraction: number;
}

/** Installs packs on clusters, each once at a time: whoever wants one that is on its way shares it. */
export class Installer {
  /** By home and path. */
  readonly #underWay = new WeakMap<RemoteHost, Map<string, UnderWay>>();
  readonly #install: typeof installPack;

  constructor(install: typeof installPack = installPack) {
    this.#install = install;
  }

  /** As `installPack`. When the signal aborts it goes on for the others who wait for it, and ends when nobody does. */
  async install(pack: Pack, installation: Installation, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { host, home, onProgress } = installation;
    const ofHost = this.#underWay.get(host) ?? new Map<string, UnderWay>();
    this.#underWay.set(host, ofHost);
    const key = `${home}\n${pack.path}`;
    const shared = ofHost.get(key) ?? this.#begin(pack, installation, ofHost, key);
    const { promise: left, reject: leave } = Promise.withResolvers<never>();
    const onAbort = (): void => leave(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    const listener = (fraction: number): void => onProgress(fraction);
    shared.listeners.add(listener);
    listener(shared.fraction);
    try {
      await Promise.race([shared.done, left]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      shared.listeners.delete(listener);
      if (shared.listeners.size === 0) {
        // who comes now begins anew
        if (ofHost.get(key) === shared) ofHost.delete(key);
        shared.drop.abort(signal.reason);
      }
    }
  }

  #begin(pack: Pack, { host, home }: Installation, ofHost: Map<string, UnderWay>, key: string): UnderWay {
    const drop = new AbortController();
    const listeners = new Set<(fraction: number) => void>();
    const onProgress = (fraction: number): void => {
      shared.fraction = fraction;
      for (const listener of listeners) listener(fraction);
    };
    const done = this.#install(pack, { host, home, onProgress }, drop.signal).finally(() => {
      if (ofHost.get(key) === shared) ofHost.delete(key);
    });
    // those who wait for it hear of it
    done.catch(() => undefined);
    const shared: UnderWay = { done, listeners, drop, fraction: 0 };
    ofHost.set(key, shared);
    return shared;
  }
}
