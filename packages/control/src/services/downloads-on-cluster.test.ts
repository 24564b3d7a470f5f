import { BerthError, type Download } from "@berth/api";
import type { DetachedHub, DownloadTarget } from "@berth/catalog";
import { systemClock } from "@berth/std/clock";
import { expect, test, vi } from "vitest";
import { cluster } from "../testing/harbour.ts";
import { Changes } from "./changes.ts";
import { Downloads } from "./downloads.ts";

const signal = new AbortController().signal;
const profile = { ...cluster, default: true };
/** Downloads by Slurm jobs, of which each goes on until the test, or `abandon`, ends it. */
async function harbour() {
  const rows = new Map<string, Download>();
  const jobs: { readonly target: DownloadTarget; readonly end: (error?: BerthError) => void }[] = [];
  const abandoned: string[] = [];
  const trouble: { error: BerthError | undefined; wait: Promise<unknown> } = {
    error: undefined,
    wait: Promise.resolve(),
  };
  const planned = { repo: "org/a", revision: "main", commit: "c", files: ["f"] };
  const hub = {
    plan: async () => ({ ...planned, bytesDone: 0, bytesTotal: 1, means: "slurm-job" }),
    download: (_planned: object, target: DownloadTarget, leaves: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        const end = (error?: BerthError): void => (error === undefined ? resolve() : reject(error));
        leaves.addEventListener("abort", () => reject(leaves.reason as Error));
        jobs.push({ target, end });
      }),
    abandon: async (id: string) => {
      abandoned.push(id);
      await trouble.wait;
      if (trouble.error !== undefined) throw trouble.error;
    },
  } as unknown as DetachedHub;
  const downloads = new Downloads({
    store: {
      listDownloads: async () => [...rows.values()],
      putDownload: async (row) => void rows.set(row.id, row),
      deleteDownload: async (id) => void rows.delete(id),
    },
    hub,
    profiles: { list: async () => [profile] },
    models: { refresh: async () => undefined },
    secretOf: () => "hf_ada",
    changes: new Changes(),
    clock: systemClock,
    newId: () => "d1",
    atOnce: 2,
    onError: (error) => {
      throw error;
    },
  });
  await downloads.start();
  await downloads.create({ repo: "org/a", asJob: true }, signal);
  await vi.waitFor(() => expect(jobs).toHaveLength(1));
  return { downloads, rows, jobs, abandoned, trouble };
}

test("one that its secret's token is needed for has it when it runs, and keeps the secret's name alone", async () => {
  const { downloads, rows, jobs } = await harbour();
  const hubSecret = { owner: "ada", name: "hub" };
  await downloads.cancel("d1", signal);
  await downloads.create({ repo: "org/a", asJob: true }, signal, hubSecret);
  await vi.waitFor(() => expect(jobs).toHaveLength(2));
  expect(jobs[0]?.target.token).toBeUndefined();
  expect(jobs[1]?.target.token).toEqual({ value: "hf_ada", name: "secret hub" });
  expect(rows.get("d1")).toMatchObject({ hubSecret });
  expect(JSON.stringify([...rows])).not.toContain("hf_ada");
});

const away = new BerthError("host_unreachable", "no route to host");

test("one is cancelled once its Slurm job is surely gone, and not before", async () => {
  const { downloads, rows, abandoned, trouble } = await harbour();
  trouble.error = away;
  await expect(downloads.cancel("d1", signal)).rejects.toThrow("no route");
  expect(rows.get("d1")?.status).toBe("RUNNING");
  trouble.error = undefined;
  expect((await downloads.cancel("d1", signal)).status).toBe("CANCELLED");
  expect(abandoned).toEqual(["d1", "d1"]);
});

test("what goes wrong while it is ended is its end", async () => {
  const { downloads, jobs, trouble } = await harbour();
  const { promise, resolve } = Promise.withResolvers<void>();
  trouble.wait = promise;
  const cancelling = downloads.cancel("d1", signal);
  jobs[0]?.end(new BerthError("upstream_failed", "its directory is gone"));
  resolve();
  expect((await cancelling).status).toBe("CANCELLED");
});

test("one that is resumed leaves nothing of its last job, and where that cannot be seen to nothing changes", async () => {
  const { downloads, jobs, abandoned, trouble } = await harbour();
  jobs[0]?.end(new BerthError("upstream_failed", "the disk is full"));
  await vi.waitFor(() => expect(downloads.get("d1").status).toBe("FAILED"));
  trouble.error = away;
  await expect(downloads.resume("d1", signal)).rejects.toThrow("no route");
  expect(downloads.get("d1")).toMatchObject({ status: "FAILED", statusReason: "the disk is full" });
  trouble.error = undefined;
  await downloads.resume("d1", signal);
  expect(abandoned).toEqual(["d1", "d1"]);
  await vi.waitFor(() => expect(jobs).toHaveLength(2));
});

test("of two who resume it at once one is told that it goes on, and its new job is left alone", async () => {
  const { downloads, jobs, abandoned } = await harbour();
  await downloads.cancel("d1", signal);
  const told = await Promise.allSettled([downloads.resume("d1", signal), downloads.resume("d1", signal)]);
  expect(told.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(abandoned).toEqual(["d1", "d1"]);
  await vi.waitFor(() => expect(jobs).toHaveLength(2));
});

test("one that is deleted while somebody resumes it is gone, or goes on, but not both", async () => {
  const { downloads, rows } = await harbour();
  await downloads.cancel("d1", signal);
  const told = await Promise.allSettled([downloads.resume("d1", signal), downloads.delete("d1")]);
  expect(told.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(rows.get("d1")?.status).toMatch(/QUEUED|RUNNING/);
});
