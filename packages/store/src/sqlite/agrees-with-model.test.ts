import fc from "fast-check";
import { hasEnded, type ServiceEvent, type ServiceStatus } from "@berth/api";
import { expect, test } from "vitest";
import { serviceRow } from "../testing/rows.ts";
import { temporaryStore } from "../testing/temporary-store.ts";
import type { ServiceRow, Store } from "../store.ts";

/** What the store should hold, in the plainest form. */
class Model {
  readonly rows = new Map<string, ServiceRow>();
  readonly events = new Map<string, string[]>();

  taken(row: ServiceRow): boolean {
    if (hasEnded(row.service.status)) return false;
    return [...this.rows.values()].some(
      ({ service }) =>
        service.id !== row.service.id &&
        !hasEnded(service.status) &&
        (service.name === row.service.name || (service.port !== null && service.port === row.service.port)),
    );
  }
}

type Step =
  | { readonly kind: "insert"; readonly row: ServiceRow; readonly message: string }
  | { readonly kind: "put"; readonly row: ServiceRow; readonly stale: boolean; readonly messages: string[] }
  | { readonly kind: "delete"; readonly id: string };

const few = fc.constantFrom("a", "b", "c", "d");
const status = fc.constantFrom<ServiceStatus>("SUBMITTED", "STARTING", "HEALTHY", "STOPPED", "FAILED");
const message = fc.string({ maxLength: 20, unit: "grapheme" });
const row = fc
  .record({
    id: few,
    name: few,
    port: fc.constantFrom(null, 8001, 8002, 8003),
    status,
    statusReason: fc.option(message),
    logTail: fc.option(fc.array(message, { maxLength: 3 })),
  })
  .map((service) => serviceRow(service));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("insert" as const), row, message }),
  fc.record({
    kind: fc.constant("put" as const),
    row,
    stale: fc.nat(4).map((n) => n === 0),
    messages: fc.array(message, { maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("delete" as const), id: few }),
);

const event = (serviceId: string, said: string): Omit<ServiceEvent, "id"> => ({
  serviceId,
  at: 1,
  status: "HEALTHY",
  message: said,
  evidence: {},
});

/** What became of it: nothing amiss, or the refusal's code. */
const outcome = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "done",
    (error: unknown) => (error as { code: string }).code,
  );

async function apply(given: Step, store: Store, model: Model): Promise<void> {
  switch (given.kind) {
    case "insert": {
      const { id } = given.row.service;
      const refused = model.rows.has(id) || model.taken(given.row);
      const became = await outcome(store.services.insertService(given.row, event(id, given.message)));
      expect(became).toBe(refused ? "already_exists" : "done");
      if (refused) return;
      model.rows.set(id, given.row);
      model.events.set(id, [given.message]);
      return;
    }
    case "put": {
      const { id } = given.row.service;
      const known = model.rows.get(id);
      const generation = (known?.generation ?? 1) - (given.stale ? 1 : 0);
      const next = { ...given.row, generation };
      const events = given.messages.map((said) => event(id, said));
      const became = await outcome(store.services.putService(next, events));
      if (known === undefined || given.stale) expect(became).toBe("conflict");
      else if (model.taken(next)) expect(became).toBe("already_exists");
      else {
        expect(became).toBe("done");
        model.rows.set(id, { ...next, generation: generation + 1 });
        model.events.get(id)?.push(...given.messages);
      }
      return;
    }
    case "delete":
      await store.services.deleteService(given.id);
      model.rows.delete(given.id);
      model.events.delete(given.id);
      return;
  }
}

test("after any sequence of verbs it holds what the plainest model holds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await using temporary = await temporaryStore();
      const { store } = temporary;
      const model = new Model();
      for (const given of steps) await apply(given, store, model);
      const rows = await store.services.listServices();
      expect(new Map(rows.map((stored) => [stored.service.id, stored]))).toEqual(model.rows);
      const live = await store.services.listServices({ ended: false });
      expect(live).toEqual(rows.filter(({ service }) => !hasEnded(service.status)));
      for (const id of ["a", "b", "c", "d"]) {
        const said = (await store.events.listServiceEvents(id)).map((stored) => stored.message);
        expect(said).toEqual(model.events.get(id) ?? []);
      }
      expect(await store.maintenance.check()).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
