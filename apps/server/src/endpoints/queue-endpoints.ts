import type { Changes, EndpointControl } from "@berth/control";
import type { QueueEndpoint, QueueEndpoints } from "@berth/jobs";
import type { EndpointRow } from "@berth/store";

/** Endpoints as their queue sees them. */
export function queueEndpoints(
  control: Pick<EndpointControl, "endpoints" | "get" | "rows" | "slots">,
  changes: Changes,
): QueueEndpoints {
  const seen = (row: EndpointRow): QueueEndpoint => ({
    id: row.id,
    fullName: `${row.owner}/${row.name}`,
    owner: row.owner,
    rules: row.queue,
    isDispatched: row.configuration.template !== null,
    isPaused: row.isPaused,
    slots: control.slots(row),
  });
  return {
    find: (id, caller) => seen(control.endpoints.findCallable(id, caller)),
    findForWork: (id, caller) => seen(control.endpoints.findWorkable(id, caller)),
    get: (id) => {
      const row = control.get(id);
      return row === undefined ? undefined : seen(row);
    },
    list: () => control.rows().map(seen),
    watch: (listener) =>
      changes.subscribe((change) => {
        const isOfEndpoint = change.type === "endpoint" || change.type === "endpoint-removed";
        // how many calls there may be at once follows from replicas
        if (isOfEndpoint || (change.type === "service" && change.service.replicaOf !== null)) listener();
      }),
  };
}
