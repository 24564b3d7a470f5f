import { queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What is still in use when everything else has been given back. */
export interface UsedMemory {
  /** Exact to the object: code that is compiled by and by does not count. */
  readonly objects: number;
  /** All of it, with what buffers hold outside the heap. */
  readonly bytes: number;
}

let collect: ((how: object) => void) | undefined;

export function usedMemory(): UsedMemory {
  collect ??= collector();
  collect({ type: "major", execution: "sync", flavor: "last-resort" });
  const objects = queryObjects(Object, { format: "count" });
  const { heapUsed, external } = process.memoryUsage();
  return { objects, bytes: heapUsed + external };
}

/** `--expose-gc`, for us alone: contexts made before do not get it. */
function collector(): (how: object) => void {
  setFlagsFromString("--expose-gc");
  const made = runInNewContext("gc") as (how: object) => void;
  setFlagsFromString("--no-expose-gc");
  return made;
}
