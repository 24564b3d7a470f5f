import { randomUUID } from "node:crypto";
import { input, jobsAWorker, output, workers, type Contestant, type OpenQueue } from "./contestant.ts";
import { loadPeer, mustInstall } from "./peer-packages.ts";
import { postgresPackage, startPostgres } from "./postgres.ts";

const packages = { "pg-boss": "12.38.0" };
const name = "bench";
const fillAtOnce = 1_000;
const connections = 32;

export async function pgBoss(): Promise<Contestant> {
  mustInstall(postgresPackage);
  const { PgBoss } = (await loadPeer(packages)) as Library;
  return {
    name: `pg-boss ${packages["pg-boss"]}`,
    acknowledged: "on the disk (PostgreSQL, synchronous_commit on)",
    open: () => open(PgBoss),
  };
}

async function open(PgBoss: Library["PgBoss"]): Promise<OpenQueue> {
  await using cleanUp = new AsyncDisposableStack();
  const { host, user, database } = cleanUp.use(await startPostgres());
  const boss = new PgBoss({ host, user, database, max: connections, supervise: false, schedule: false });
  boss.on("error", (error) => console.error("  pg-boss:", error));
  await boss.start();
  cleanUp.defer(() => boss.stop({ graceful: false }));
  await boss.createQueue(name);
  const kept = cleanUp.move();
  const endings = new Map<string, () => void>();
  const idle = new Line();
  return {
    submit: async () => {
      const id = randomUUID();
      const { promise, resolve } = Promise.withResolvers<void>();
      endings.set(id, resolve);
      await boss.send(name, input, { id });
      idle.callOne();
      return { ended: () => promise };
    },
    fill: async (count) => {
      const jobs = Array.from({ length: fillAtOnce }, () => ({ data: input }));
      for (let left = count; left > 0; left -= fillAtOnce) await boss.insert(name, jobs.slice(0, left));
      // as its server would by itself within a minute
      await boss.getDb().executeSql("VACUUM ANALYZE");
    },
    claim: async () => {
      if ((await boss.fetch(name)).length === 0) throw new Error("there was no job to claim");
    },
    startWorkers: (began) => {
      let isLeaving = false;
      const work = async (): Promise<void> => {
        while (!isLeaving) {
          const called = idle.calls;
          const jobs = await boss.fetch(name, { batchSize: jobsAWorker });
          for (const _ of jobs) began();
          const ids = jobs.map(({ id }) => id);
          if (ids.length > 0) await boss.complete(name, ids, output);
          else if (called === idle.calls && !isLeaving) await idle.wait();
          for (const id of ids) endings.get(id)?.();
        }
      };
      const working = Promise.all(Array.from({ length: workers }, work));
      return Promise.resolve({
        [Symbol.asyncDispose]: async () => {
          isLeaving = true;
          idle.callAll();
          await working;
        },
      });
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** Who has found nothing to do, in this process: sooner than its own workers hear of a job, which ask now and then. */
class Line {
  /** So many so far. */
  calls = 0;
  readonly #waiting = new Set<() => void>();

  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  callOne(): void {
    this.calls += 1;
    const [first] = this.#waiting;
    if (first === undefined) return;
    this.#waiting.delete(first);
    first();
  }

  callAll(): void {
    for (const call of this.#waiting) call();
    this.#waiting.clear();
  }
}

/** The part of pg-boss that is used here. */
interface Library {
  readonly PgBoss: new (options: object) => Boss;
}

interface Boss {
  on(event: "error", listener: (error: unknown) => void): void;
  start(): Promise<unknown>;
  stop(options: { readonly graceful: boolean }): Promise<void>;
  createQueue(name: string): Promise<void>;
  send(name: string, data: object, options: { readonly id: string }): Promise<unknown>;
  insert(name: string, jobs: readonly { readonly data: object }[]): Promise<unknown>;
  fetch(name: string, options?: { readonly batchSize: number }): Promise<readonly { readonly id: string }[]>;
  complete(name: string, ids: readonly string[], output: object): Promise<unknown>;
  getDb(): { executeSql(text: string): Promise<unknown> };
}
