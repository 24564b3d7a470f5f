import { BerthError } from "@berth/api";
import type { QueueEndpoints } from "@berth/jobs";

/** There are none. */
export const noEndpoints: QueueEndpoints = {
  find: (id) => {
    throw new BerthError("not_found", `there is no endpoint ${id}`, { param: "id" });
  },
  get: () => undefined,
  list: () => [],
  watch: () => () => undefined,
};
