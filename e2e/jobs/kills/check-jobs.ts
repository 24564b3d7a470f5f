import type { Job } from "@berth/api";
import type { WebhookReceiver } from "@berth/testing/webhook-receiver";
import { expect } from "vitest";
import { until } from "../../until.ts";
import type { Accepted, Input, KillLoad, Kind, Numbered } from "./kill-load.ts";
import type { RestlessServer } from "./restless-server.ts";

/** All that there are of an endpoint. */
export async function allJobs(server: RestlessServer, kind: Kind): Promise<readonly Job[]> {
  const jobs: Job[] = [];
  for (let cursor: string | null = ""; cursor !== null;) {
    const query: string = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const page: { data: Job[]; next: string | null } = await server.insist(
      `/api/v1/endpoints/${kind}/jobs?limit=1000${query}`,
    );
    jobs.push(...page.data);
    cursor = page.next;
  }
  return jobs;
}

/** Resolves when none waits and none runs. */
export function allEnded(server: RestlessServer, kinds: readonly Kind[]): Promise<true> {
  const isOver = async (): Promise<true | undefined> => {
    for (const kind of kinds) {
      const { jobs } = await server.insist<{ jobs: Record<string, number> }>(
        `/api/v1/endpoints/${kind}/health`,
      );
      if ((jobs["QUEUED"] ?? 0) + (jobs["RUNNING"] ?? 0) > 0) return undefined;
    }
    return true;
  };
  return until("every job to end", isOver, 300_000);
}

/** Every job that was accepted is there, has ended well, and was submitted once; there is none that nobody submitted. */
export async function noneLostNorDoubled(
  server: RestlessServer,
  load: KillLoad,
  jobs: readonly Job[],
): Promise<void> {
  const byId = new Map(jobs.map((job) => [job.id, job]));
  expect(byId.size).toBe(jobs.length);
  expect([...load.accepted.keys()].filter((id) => !byId.has(id))).toEqual([]);
  const bad = jobs.filter(({ status }) => status !== "COMPLETED");
  expect(bad.map(({ id, status, error }) => ({ id, status, error }))).toEqual([]);
  const numbers = new Set([...load.accepted.values()].map(({ input }) => input.n));
  expect(numbers.size).toBe(load.accepted.size);
  const others = jobs.filter(({ id }) => !load.accepted.has(id));
  const seen: number[] = [];
  for (const { id } of others) seen.push((await server.insist<Input>(`/api/v1/jobs/${id}/input`)).n);
  // what nobody was answered for is there once or not at all
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((n) => !load.unsure.has(n))).toEqual([]);
}

/** What each job left is right, is what was read of it before, and is what its webhook was told. Resolves to replicas' process ids. */
export async function oneResultEach(
  server: RestlessServer,
  load: KillLoad,
  receiver: WebhookReceiver,
): Promise<ReadonlySet<number>> {
  const pids = new Set<number>();
  const told = new Map<string, { ids: Set<unknown>; ends: Set<string> }>();
  for (const { headers, body } of receiver.told) {
    const { id, status, result } = JSON.parse(body) as Job & { readonly result: { readonly json: unknown } };
    const one = told.get(id) ?? { ids: new Set(), ends: new Set() };
    one.ids.add(headers["webhook-id"]);
    one.ends.add(JSON.stringify([status, result?.json]));
    told.set(id, one);
  }
  for (const one of load.accepted.values()) {
    const result = await server.berth.fetch(`/api/v1/jobs/${one.id}/result`);
    const text = await result.text();
    expect([result.status, text], one.id).toEqual([200, load.results.get(one.id) ?? text]);
    const pid = checkResult(one, JSON.parse(text));
    if (pid !== undefined) pids.add(pid);
    expect(told.get(one.id)?.ids.size, `webhook-ids of ${one.id}`).toBe(1);
    const ends = [...(told.get(one.id)?.ends ?? [])];
    expect(ends.length, one.id).toBe(1);
    const [status, json] = JSON.parse(ends[0] ?? "[]") as unknown[];
    expect(status).toBe("COMPLETED");
    // a stream's is not sent along
    if (json !== null) expect(json).toEqual(JSON.parse(text));
  }
  return pids;
}

function checkResult({ id, kind, input }: Accepted, result: unknown): number | undefined {
  const { n, values } = input;
  if (kind === "called") {
    const { asked, pid } = result as { readonly asked: unknown; readonly pid: number };
    expect(asked, id).toEqual(input);
    return pid;
  }
  if (values === 0) expect(result, id).toMatchObject({ n, square: n * n });
  else {
    const yielded = result as readonly { readonly nonce: string }[];
    const nonce = yielded[0]?.nonce;
    // all by one attempt
    const expected = Array.from({ length: values }, (_, value) => ({ n, value, nonce }));
    expect(yielded, id).toEqual(expected);
  }
  return undefined;
}

/** Resolves when each job's webhook was told. */
export function allTold(receiver: WebhookReceiver, load: KillLoad): Promise<true> {
  const ids = new Set<string>();
  let seen = 0;
  return until(
    "every webhook to be told",
    () => {
      for (const { body } of receiver.told.slice(seen)) ids.add((JSON.parse(body) as Job).id);
      seen = receiver.told.length;
      return [...load.accepted.keys()].every((id) => ids.has(id)) ? true : undefined;
    },
    300_000,
  );
}

/** What was heard of each stream, with all its breaks, is what the server has of it: nothing of attempts that were lost. */
export async function nothingMissed(load: KillLoad): Promise<void> {
  for (const [id, heard] of load.streams) {
    const whole: Numbered[] = [];
    for await (const [number, event] of load.streamOf(id))
      if (number !== undefined) whole.push([number, event]);
    const restart = heard.findLastIndex(([, event]) => (event as { type?: unknown }).type === "restart");
    expect(heard.slice(Math.max(0, restart)), id).toEqual(whole);
  }
}
