import type { LookupAddress } from "node:dns";
import { lookup, Resolver } from "node:dns/promises";
import { hostsFileAddresses } from "./hosts-file.ts";

/** All addresses of a name. The signal: nobody waits for it any more. */
export type LookUp = (host: string, signal: AbortSignal) => Promise<readonly LookupAddress[]>;

export interface LookUpOptions {
  /** Whether the system itself is asked for a name that DNS does not know: one that only this machine or its network knows. */
  readonly asksSystem: (host: string) => boolean;
  /** What the system says; its own answer when absent. */
  readonly system?: (host: string) => Promise<readonly LookupAddress[]>;
  /** `ADDRESS:PORT` of name servers; this machine's when absent. */
  readonly servers?: readonly string[];
}

/** Of a question that no server answers: the first time to wait, and how often each is asked. */
const dnsTimeoutMs = 1_500;
const dnsTries = 2;

/**
 * Names by this machine's list of hosts, or else by DNS: any number at once, as whoever submits jobs chooses which names
 * those are, and how slow. The system, which has few threads for it, is asked only for what its owner has named.
 */
export function lookUpNames(options: LookUpOptions): LookUp {
  const { asksSystem, system = (host) => lookup(host, { all: true }), servers } = options;
  const inTurn = oneByOne(system);
  return async (host, signal) => {
    const here = await hostsFileAddresses(host);
    if (here.length > 0) return here;
    if (isLocalhost(host)) return loopback;
    signal.throwIfAborted();
    try {
      return await dnsAddresses(host, signal, servers);
    } catch (error) {
      signal.throwIfAborted();
      if (!asksSystem(host)) throw error;
      return inTurn(host, signal);
    }
  };
}

/** As others do: IPv4 first, and what one of the two kinds is asked for in vain does not count against the other. */
async function dnsAddresses(
  host: string,
  signal: AbortSignal,
  servers: readonly string[] | undefined,
): Promise<readonly LookupAddress[]> {
  // one for each name, as all of one's questions are cancelled at once
  const resolver = new Resolver({ timeout: dnsTimeoutMs, tries: dnsTries });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = [...addressesOf(four, 4), ...addressesOf(six, 6)];
    if (found.length === 0 && four.status === "rejected") throw four.reason;
    return found;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function addressesOf(answer: PromiseSettledResult<readonly string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === "rejected" ? [] : answer.value.map((address) => ({ address, family }));
}

/** The system keeps a thread occupied for as long as a name server is silent, and calls of providers need these as well. */
function oneByOne(ask: (host: string) => Promise<readonly LookupAddress[]>): LookUp {
  let last: Promise<unknown> = Promise.resolve();
  return (host, signal) => {
    const found = last.then(() => {
      signal.throwIfAborted();
      return ask(host);
    });
    last = found.catch(() => undefined);
    return found;
  };
}

/** These names lead nowhere else, whatever DNS says. */
function isLocalhost(host: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(host);
}

const loopback: readonly LookupAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];
