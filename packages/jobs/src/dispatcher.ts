import { hasJobEnded } from "@berth/api";
import type { JobStore } from "@berth/store";
import { EndpointDispatch, type DispatchOptions } from "./dispatch-endpoint.ts";

export interface DispatcherOptions extends DispatchOptions {
  readonly store: Pick<JobStore, "onChange">;
}

/** Works on the jobs of every endpoint that the server itself calls. Nothing is polled: the queue calls, and so do changes. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #dispatches = new Map<string, EndpointDispatch>();
  readonly #ending = new Set<Promise<void>>();
  readonly #unwatch: readonly (() => void)[];

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#unwatch = [
      options.endpoints.watch(() => this.#lookAround()),
      options.store.onChange(({ jobId, endpointId, status }) => {
        if (hasJobEnded(status)) this.#dispatches.get(endpointId)?.ended(jobId);
      }),
    ];
    this.#lookAround();
  }

  /** Takes nothing more, breaks off what it calls, and resolves when that is given back. */
  async close(): Promise<void> {
    for (const unwatch of this.#unwatch) unwatch();
    for (const [id, dispatch] of this.#dispatches) this.#end(id, dispatch);
    await Promise.all(this.#ending);
  }

  #lookAround(): void {
    const { endpoints } = this.#options;
    for (const { id, isDispatched } of endpoints.list())
      if (isDispatched && !this.#dispatches.has(id))
        this.#dispatches.set(id, new EndpointDispatch(id, this.#options));
    for (const [id, dispatch] of this.#dispatches)
      if (endpoints.get(id)?.isDispatched === true) dispatch.changed();
      else this.#end(id, dispatch);
  }

  #end(id: string, dispatch: EndpointDispatch): void {
    this.#dispatches.delete(id);
    const ending = dispatch.close();
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }
}
