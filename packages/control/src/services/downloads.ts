import {
  BerthError,
  type CreateDownload,
  type Download,
  hasDownloadEnded,
  type HubSecret,
  isBerthError,
  type Model,
} from "@berth/api";
import type { DetachedHub, Hub, HubToken } from "@berth/catalog";
import type { Clock } from "@berth/std/clock";
import type { DownloadStore } from "@berth/store";
import type { Changes } from "./changes.ts";
import { TransferRate, withProgress } from "./downloads-progress.ts";
import { conflict, idle, requireCluster } from "./downloads-rules.ts";
import type { Models } from "./models.ts";
import { findProfile } from "./models-find.ts";
import type { ProfileLookup } from "./place.ts";
import { Turns } from "./turns.ts";

export interface DownloadsOptions {
  readonly store: DownloadStore;
  readonly hub: Hub | DetachedHub;
  readonly profiles: ProfileLookup;
  readonly models: Pick<Models, "refresh">;
  /** Throws for a secret that is gone or cannot be read. */
  readonly secretOf: (secret: HubSecret) => string;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Downloads that run at once; more wait in line. */
  readonly atOnce: number;
  /** Told of what is no fault of the hub, the disk or the user. */
  readonly onError: (error: unknown, download: Download) => void;
}

const publishEveryMs = 250;
const storeEveryMs = 5_000;
const shortestPrefix = 4;
const stopped = new Error("the server stops");
const cancelled = new Error("cancelled");

interface Running {
  readonly abort: AbortController;
  readonly ended: Promise<void>;
}

/** Brings models from the hub, a few at a time. Rows outlive the server: what had not ended goes on after `start`. */
export class Downloads {
  readonly #options: DownloadsOptions;
  /** Every row, as it is now; the store's are as they were at most five seconds ago. */
  readonly #rows = new Map<string, Download>();
  /** Being cancelled, and whether that came about: what goes wrong for them meanwhile is the cancelling. */
  readonly #leaving = new Map<string, Promise<boolean>>();
  /** What is ordered of one and the same is done one after the other. */
  readonly #turns = new Turns();
  readonly #running = new Map<string, Running>();
  #stopped = true;

  constructor(options: DownloadsOptions) {
    this.#options = options;
  }

  /** Reads the rows and goes on with those that had not ended. */
  async start(): Promise<void> {
    for (const row of await this.#options.store.listDownloads()) this.#rows.set(row.id, row);
    this.#stopped = false;
    for (const row of this.#rows.values()) {
      if (!hasDownloadEnded(row.status)) await this.#put({ ...row, ...idle, status: "QUEUED" });
    }
    this.#runNext();
  }

  /** Resolves when nothing runs any more. The rows stay as they are, for the next `start`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const running = [...this.#running.values()];
    for (const { abort } of running) abort.abort(stopped);
    await Promise.all(running.map(({ ended }) => ended));
  }

  /** The newest first. */
  list(): Download[] {
    return [...this.#rows.values()].toSorted((a, b) => b.createdAt - a.createdAt);
  }

  /** By id, or the start of one. Throws `not_found`. */
  get(id: string): Download {
    const exact = this.#rows.get(id);
    if (exact !== undefined) return exact;
    const fitting = this.list().filter((row) => id.length >= shortestPrefix && row.id.startsWith(id));
    const [only, ...more] = fitting;
    if (only !== undefined && more.length === 0) return only;
    throw new BerthError("not_found", `there is no download ${id}`, { param: "id" });
  }

  /**
   * Settles with the hub what is brought, writes it down and begins, or waits in line. What is being brought already is
   * returned as it is. Throws what `Hub.plan` throws, and `not_found` for the profile and the secret; then nothing is written.
   * `hubSecret` holds the token that the hub is asked with, in place of HF_TOKEN: it is looked up whenever it is needed.
   */
  async create(request: CreateDownload, signal: AbortSignal, hubSecret?: HubSecret): Promise<Download> {
    const { hub, clock, newId, profiles } = this.#options;
    const profile = findProfile(await profiles.list(), request.profile);
    requireCluster(request, profile);
    const plan = await hub.plan({ ...request, token: this.#token(hubSecret) }, profile, signal);
    const same = this.list().find(
      (row) =>
        !hasDownloadEnded(row.status) &&
        row.profile === profile.name &&
        row.repo === plan.repo &&
        row.commit === plan.commit &&
        row.files.join("\n") === plan.files.join("\n"),
    );
    if (same !== undefined) return same;
    const now = clock.now();
    const row = await this.#put({
      ...idle,
      id: newId(),
      repo: plan.repo,
      revision: plan.revision,
      commit: plan.commit,
      profile: profile.name,
      variant: request.variant ?? null,
      files: [...plan.files],
      status: "QUEUED",
      bytesDone: plan.bytesDone,
      bytesTotal: plan.bytesTotal,
      createdAt: now,
      updatedAt: now,
      modelId: null,
      ...(plan.means === undefined ? {} : { means: plan.means }),
      ...(hubSecret === undefined ? {} : { hubSecret }),
    });
    this.#runNext();
    return this.#rows.get(row.id) ?? row;
  }

  /**
   * Resolves when it has stopped; what has arrived stays. Throws `not_found`, `conflict` when it has ended, and what
   * hinders when its Slurm job cannot be ended: then it goes on.
   */
  async cancel(id: string, signal: AbortSignal): Promise<Download> {
    const row = this.get(id);
    return this.#turns.take(row.id, () => this.#cancel(row.id, signal));
  }

  async #cancel(id: string, signal: AbortSignal): Promise<Download> {
    const row = this.get(id);
    if (hasDownloadEnded(row.status)) throw conflict(row, "cannot be cancelled");
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#leaving.set(row.id, promise);
    try {
      await this.#abandon(row, signal);
      resolve(true);
      const running = this.#running.get(row.id);
      if (running === undefined) {
        const now = this.get(row.id);
        return hasDownloadEnded(now.status) ? now : await this.#put({ ...now, ...idle, status: "CANCELLED" });
      }
      running.abort.abort(cancelled);
      await running.ended;
    } finally {
      resolve(false);
      this.#leaving.delete(row.id);
    }
    return this.get(row.id);
  }

  /**
   * Goes on with one that failed or was cancelled. Throws `not_found`, `conflict` for any other, and what hinders when its
   * place cannot be asked whether a Slurm job of it is left.
   */
  async resume(id: string, signal: AbortSignal): Promise<Download> {
    const row = this.get(id);
    return this.#turns.take(row.id, () => this.#resume(row.id, signal));
  }

  async #resume(id: string, signal: AbortSignal): Promise<Download> {
    const row = this.get(id);
    if (row.status !== "FAILED" && row.status !== "CANCELLED") throw conflict(row, "cannot be resumed");
    // what the last job came to is not taken for what the next one does
    await this.#abandon(row, signal);
    // its profile may have been renamed meanwhile
    await this.#put({ ...this.get(id), ...idle, status: "QUEUED" });
    this.#runNext();
    return this.get(row.id);
  }

  /** Forgets an ended one; its files stay. Throws `not_found`, or `conflict` when it has not ended. */
  async delete(id: string): Promise<void> {
    const row = this.get(id);
    await this.#turns.take(row.id, () => this.#delete(row.id));
  }

  async #delete(id: string): Promise<void> {
    const row = this.get(id);
    if (!hasDownloadEnded(row.status)) throw conflict(row, "has not ended: cancel it first");
    this.#rows.delete(row.id);
    await this.#options.store.deleteDownload(row.id);
    this.#options.changes.publish({ type: "download-removed", id: row.id });
  }

  /** To be called when a profile has got another name: the rows bear it from then on. */
  renameProfile(from: string, to: string): void {
    for (const row of this.#rows.values()) {
      if (row.profile !== from) continue;
      const renamed = { ...row, profile: to };
      this.#rows.set(row.id, renamed);
      this.#options.changes.publish({ type: "download", download: renamed });
    }
  }

  /** The downloads, in words, that have not ended and write to the model's repository. */
  using(model: Pick<Model, "profile" | "repo" | "location">): readonly string[] {
    if (model.location !== "home") return [];
    return this.list()
      .filter(
        (row) => !hasDownloadEnded(row.status) && row.profile === model.profile && row.repo === model.repo,
      )
      .map((row) => `download ${row.id}`);
  }

  async #abandon(row: Download, signal: AbortSignal): Promise<void> {
    const { hub, profiles } = this.#options;
    if (row.means === undefined || !("abandon" in hub)) return;
    await hub.abandon(row.id, row, findProfile(await profiles.list(), row.profile), signal);
  }

  /** Starts as many of those in line, the oldest first, as may run. */
  #runNext(): void {
    const waiting = this.list().filter((row) => row.status === "QUEUED" && !this.#running.has(row.id));
    for (let row = waiting.pop(); row !== undefined; row = waiting.pop()) {
      if (this.#stopped || this.#running.size >= this.#options.atOnce) return;
      const { id } = row;
      const abort = new AbortController();
      const ended = this.#run(id, abort.signal)
        // the store refused the row: it goes on after the next start
        .catch((error: unknown) => this.#options.onError(error, this.get(id)))
        .finally(() => {
          this.#running.delete(id);
          this.#runNext();
        });
      this.#running.set(id, { abort, ended });
    }
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    try {
      const modelId = await this.#bring(await this.#put({ ...this.get(id), status: "RUNNING" }), signal);
      const row = this.get(id);
      await this.#put({
        ...row,
        ...idle,
        status: "COMPLETED",
        bytesDone: row.bytesTotal ?? row.bytesDone,
        modelId,
      });
    } catch (error) {
      if (signal.reason === stopped) return;
      const isCancelled = (await this.#leaving.get(id)) === true || signal.reason === cancelled;
      const row = this.get(id);
      if (isCancelled) {
        await this.#put({ ...row, ...idle, status: "CANCELLED" });
        return;
      }
      if (!isBerthError(error)) this.#options.onError(error, row);
      const statusReason = isBerthError(error)
        ? error.message
        : "an unexpected error; the server's log tells more";
      await this.#put({ ...row, ...idle, status: "FAILED", statusReason });
    }
  }

  /** Resolves to the id of the model that has come. */
  async #bring(row: Download, signal: AbortSignal): Promise<string | null> {
    const { clock, hub, models, profiles } = this.#options;
    const profile = findProfile(await profiles.list(), row.profile);
    const { id, repo, revision, files, means } = row;
    const token = this.#token(row.hubSecret);
    const commit = row.commit ?? (await hub.plan({ repo, revision, token }, profile, signal)).commit;
    const rate = new TransferRate();
    let [publishedAt, storedAt] = [-Infinity, clock.monotonic()];
    await hub.download(
      { repo, revision, commit, files, means },
      {
        profile,
        id,
        token,
        onProgress: (progress) => {
          const now = clock.monotonic();
          rate.sample(progress.bytesDone, now);
          const next = withProgress(this.get(row.id), progress, rate, clock.now());
          this.#rows.set(row.id, next);
          if (now - publishedAt >= publishEveryMs) {
            publishedAt = now;
            this.#options.changes.publish({ type: "download", download: next });
          }
          if (now - storedAt >= storeEveryMs) {
            storedAt = now;
            // a row that is a little old costs nothing: a restart asks the disk how far it came
            this.#options.store
              .putDownload(next)
              .catch((error: unknown) => this.#options.onError(error, next));
          }
        },
      },
      signal,
    );
    // the profile may have been renamed meanwhile
    const place = { profile: this.get(row.id).profile, repo, revision: commit };
    return (await models.refresh(place))?.id ?? null;
  }

  #token(secret: HubSecret | undefined): HubToken | undefined {
    if (secret === undefined) return undefined;
    return { value: this.#options.secretOf(secret), name: `secret ${secret.name}` };
  }

  async #put(download: Download): Promise<Download> {
    const row = { ...download, updatedAt: this.#options.clock.now() };
    this.#rows.set(row.id, row);
    await this.#options.store.putDownload(row);
    this.#options.changes.publish({ type: "download", download: row });
    return row;
  }
}
