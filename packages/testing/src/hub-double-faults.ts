/** What goes wrong, where, and how often. Plain JSON, so that a double in another process can be told too. */
export type HubFault = {
  /** The part of the double that fails: the API, the `resolve` links, or the store of big files they lead to. */
  readonly at: "api" | "resolve" | "store";
  /** A part of the request's URL; absent: every URL. */
  readonly url?: string;
  /** How often it happens before all is well again; absent: always. */
  readonly times?: number;
} & HubFaultKind;

export type HubFaultKind =
  /** Answers with an error. */
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number }
  /** Breaks the connection after so many bytes of the body. */
  | { readonly kind: "cut"; readonly afterBytes: number }
  /** Falls silent after so many bytes of the body and keeps the connection. */
  | { readonly kind: "stall"; readonly afterBytes: number }
  /** Sends one wrong byte, in the middle of what it sends. */
  | { readonly kind: "wrong-byte" }
  /** Sends the whole file with 200, whatever range was asked for. */
  | { readonly kind: "ignore-range" }
  | { readonly kind: "slow"; readonly bytesPerSecond: number };

export class HubFaults {
  #faults: { readonly fault: HubFault; left: number }[];

  constructor(faults: readonly HubFault[]) {
    this.#faults = [];
    this.set(faults);
  }

  set(faults: readonly HubFault[]): void {
    this.#faults = faults.map((fault) => ({ fault, left: fault.times ?? Infinity }));
  }

  /** The faults of one request; each counts as having happened. */
  take(at: HubFault["at"], url: string): readonly HubFaultKind[] {
    const due = this.#faults.filter(
      ({ fault, left }) => left > 0 && fault.at === at && url.includes(fault.url ?? ""),
    );
    for (const each of due) each.left -= 1;
    return due.map(({ fault }) => fault);
  }
}
