import { BerthError, isBerthError } from "@berth/api";
import type { EndpointRow } from "@berth/store";
import type { ReplicaServices } from "./replica-services.ts";

export interface EndpointLogOptions {
  readonly tailLines: number | undefined;
  readonly follow: boolean;
  /** By its name or id; all of them when absent. */
  readonly replica: string | undefined;
}

const lookForNewMs = 1_000;

/**
 * The logs of an endpoint's replicas, in whole lines behind their replica's names: one after the other, or with `follow` as they
 * come, those of later replicas too.
 */
export async function* endpointLogs(
  row: EndpointRow,
  services: ReplicaServices,
  { tailLines, follow, replica }: EndpointLogOptions,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const own = () =>
    services
      .of(row.id)
      .map(({ service }) => service)
      .filter(({ id, name }) => replica === undefined || id === replica || name === replica);
  if (replica !== undefined && own().length === 0)
    throw new BerthError("not_found", `${row.name} has no replica ${replica}`, { param: "replica" });
  if (!follow) {
    for (const { id, name } of own())
      yield* lines(`${name} | `, services.logs(id, { tailLines, follow: false }, signal), signal);
    return;
  }
  const merge = new Merge();
  const known = new Set<string>();
  const look = (): void => {
    for (const { id, name } of own()) {
      if (known.has(id)) continue;
      known.add(id);
      merge.add(lines(`${name} | `, services.logs(id, { tailLines, follow: true }, signal), signal));
    }
  };
  const looking = (async () => {
    while (!signal.aborted) {
      look();
      await sleep(lookForNewMs, signal);
    }
  })();
  looking.then(
    () => merge.end(),
    (error: unknown) => (signal.aborted ? merge.end() : merge.fail(error)),
  );
  yield* merge.all();
}

/** Whole lines, each behind the prefix. One that cannot be read, or is forgotten amid it, says so and keeps nobody from the others. */
async function* lines(
  prefix: string,
  chunks: AsyncIterable<string>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of chunks) {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      if (parts.length > 0) yield parts.map((line) => `${prefix}${line}\n`).join("");
    }
    if (rest !== "") yield `${prefix}${rest}\n`;
  } catch (error) {
    if (!isBerthError(error) || signal.aborted) throw error;
    yield `${prefix}(no more of its log can be read: ${error.message})\n`;
  }
}

/** Several streams as one, as they come; none is read faster than they are taken. */
class Merge {
  #ready: string[] = [];
  #isOver = false;
  #error: unknown;
  #wake: () => void = () => undefined;
  #taken: () => void = () => undefined;

  add(stream: AsyncIterable<string>): void {
    (async () => {
      for await (const chunk of stream) {
        this.#ready.push(chunk);
        this.#wake();
        await new Promise<void>((resolve) => {
          const before = this.#taken;
          this.#taken = () => {
            before();
            resolve();
          };
        });
      }
    })().catch((error: unknown) => this.fail(error));
  }

  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  fail(error: unknown): void {
    this.#error ??= error;
    this.end();
  }

  async *all(): AsyncGenerator<string> {
    for (;;) {
      const ready = this.#ready;
      this.#ready = [];
      const taken = this.#taken;
      this.#taken = () => undefined;
      yield* ready;
      taken();
      if (this.#ready.length > 0) continue;
      if (this.#error !== undefined) throw this.#error;
      if (this.#isOver) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
