import { BerthError } from "@berth/api";
import { placeOrders, type PlaceCommand, type PlaceLine, type PlaceOrder } from "@berth/api/place-protocol";
import { z } from "@berth/api/schema";

export interface PlaceContext {
  readonly tell: (line: PlaceLine) => void;
  /** What follows the order on standard input. */
  readonly rest: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/** Does an order's work to its end. Throws BerthErrors that are the answer. */
export type Command = (order: unknown, context: PlaceContext) => Promise<void>;

/** The work with its order parsed; `invalid_request` for an order that is none. */
export function command<C extends PlaceCommand>(
  name: C,
  work: (order: PlaceOrder<C>, context: PlaceContext) => Promise<void>,
): Command {
  return async (given, context) => {
    const order = placeOrders[name].safeParse(given);
    if (!order.success) {
      throw new BerthError(
        "invalid_request",
        `an order that "${name}" does not know: ${z.prettifyError(order.error)}`,
      );
    }
    await work(order.data as PlaceOrder<C>, context);
  };
}
