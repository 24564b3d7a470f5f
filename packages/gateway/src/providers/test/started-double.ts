import type { ProviderUpstream } from "@berth/api";
import type { Script } from "@berth/testing/fake-model-server-script";
import type {
  ProviderDouble,
  ProviderDoubleOptions,
  ProviderRequest,
} from "@berth/testing/providers/provider-double";
import type { Reply } from "@berth/testing/providers/reply";
import type { Behaviour, Failure, Heard, StartedProvider } from "./provider-under-test.ts";

/** What a double is told so that it behaves as a fact wants it. `failures`: each in the words of the server. */
export function doubleOptions<R extends Reply>(
  behaviour: Behaviour,
  failures: Readonly<Record<Failure, Script>>,
  reply: (said: NonNullable<Behaviour["reply"]>) => R,
): ProviderDoubleOptions<R> {
  const { fault, failure, reply: said } = behaviour;
  return {
    ...(fault === undefined ? {} : { fault: () => fault }),
    answer: () => (failure === undefined ? reply(said ?? {}) : failures[failure]),
  };
}

export function startedDouble(
  double: ProviderDouble,
  upstream: ProviderUpstream,
  heard: (request: ProviderRequest) => Heard,
): StartedProvider {
  return {
    upstream,
    calls: () => double.received,
    heard: () => {
      const last = double.received.at(-1);
      if (last === undefined) throw new Error("nobody has asked it");
      return heard(last);
    },
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}
