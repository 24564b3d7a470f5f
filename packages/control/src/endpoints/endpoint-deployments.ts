import { BerthError, type Deployment, type EndpointConfiguration } from "@berth/api";
import type { DeploymentRow, EndpointRow } from "@berth/store";
import type { EndpointRecords } from "./endpoint-records.ts";
import { viewDeployment } from "./endpoint-view.ts";
import { fullNameOf, isGone } from "./find-endpoint.ts";
import { tryOut, type TryOutOptions } from "./try-out.ts";

export interface EndpointDeploymentsOptions extends TryOutOptions {
  readonly records: EndpointRecords;
  /** Throws what the configuration refers to and is not there. */
  readonly check: (owner: string, configuration: EndpointConfiguration) => Promise<void>;
  /** To be called after each order. */
  readonly ordered: (row: EndpointRow) => void;
  readonly newId: () => string;
}

interface RollOut {
  readonly configuration: EndpointConfiguration;
  readonly rollbackTo: number | null;
  readonly wakeup: boolean;
  /** What the key that orders it is called. */
  readonly creator: string;
}

/** Orders roll-outs of endpoints' configurations; the reconciler carries them out. */
export class EndpointDeployments {
  readonly #options: EndpointDeploymentsOptions;

  constructor(options: EndpointDeploymentsOptions) {
    this.#options = options;
  }

  /** Throws what is wrong with the configuration, having changed nothing. */
  deploy(row: EndpointRow, wakeup: boolean, creator: string, signal: AbortSignal): Promise<Deployment> {
    return this.#rollOut(
      row,
      { configuration: row.configuration, rollbackTo: null, wakeup, creator },
      signal,
    );
  }

  /** Without a number, the last good one before the present one. Throws `unprocessable` where there is none. */
  async rollback(
    row: EndpointRow,
    order: { readonly number?: number | undefined; readonly wakeup: boolean },
    creator: string,
    signal: AbortSignal,
  ): Promise<Deployment> {
    const { number: rollbackTo, configuration } = this.#target(row, order.number);
    return this.#rollOut(row, { configuration, rollbackTo, wakeup: order.wakeup, creator }, signal);
  }

  /** The last one first. */
  list(row: EndpointRow): Deployment[] {
    return this.#options.records
      .deployments(row.id)
      .map((deployment) => viewDeployment(row, deployment))
      .toReversed();
  }

  /** The one that is being rolled out, given up for that reason; to be written with what took its place. */
  cancelled({ id, nextDeployment }: EndpointRow, reason: string): readonly DeploymentRow[] {
    const { records, clock } = this.#options;
    const rolling = records.deployment(id, nextDeployment ?? 0);
    if (rolling === undefined) return [];
    return [{ ...rolling, status: "CANCELLED", statusReason: reason, concludedAt: clock.now() }];
  }

  async #rollOut({ id, owner }: EndpointRow, order: RollOut, signal: AbortSignal): Promise<Deployment> {
    const { records, check, ordered, newId, clock } = this.#options;
    const { configuration, rollbackTo, wakeup, creator } = order;
    await check(owner, configuration);
    await tryOut(owner, configuration, this.#options, signal);
    let deployment: DeploymentRow | undefined;
    const row = await records.update(id, (current) => {
      if (current.isDeleted) throw isGone();
      const now = clock.now();
      const number = (records.deployments(id).at(-1)?.number ?? 0) + 1;
      deployment = {
        id: `dep-${newId()}`,
        endpointId: id,
        number,
        status: "DEPLOYING",
        statusReason: null,
        configuration,
        rollbackTo,
        creator,
        createdAt: now,
        concludedAt: null,
      };
      const what = rollbackTo === null ? "" : `, a repetition of ${rollbackTo}`;
      // before anybody looks at it
      if (wakeup) records.state(id).wokenAt = now;
      return {
        row: { ...current, configuration, nextDeployment: number, updatedAt: now },
        deployments: [...this.cancelled(current, `deployment ${number} was ordered`), deployment],
        events: [
          {
            endpointId: id,
            at: now,
            kind: "deployment",
            message: `deployment ${number}${what} ordered by ${creator}`,
            evidence: {},
          },
        ],
      };
    });
    if (row === undefined || deployment === undefined) throw isGone();
    ordered(row);
    return viewDeployment(row, deployment);
  }

  #target(row: EndpointRow, number: number | undefined) {
    const deployments = this.#options.records.deployments(row.id);
    // one that is being rolled out is left for the one that answers still
    const present = row.nextDeployment ?? row.currentDeployment ?? Infinity;
    const target =
      number === undefined
        ? deployments.findLast((one) => one.status === "COMPLETED" && one.number < present)
        : deployments.find((one) => one.number === number);
    if (target !== undefined) return target;
    const known = deployments.map((one) => one.number).join(", ") || "none";
    const message =
      number === undefined
        ? `${fullNameOf(row)} has no earlier deployment that was good; its deployments: ${known}`
        : `${fullNameOf(row)} has no deployment ${number}; its deployments: ${known}`;
    throw new BerthError("unprocessable", message, { param: "number" });
  }
}
