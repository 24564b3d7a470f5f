import { Counter, Histogram, type Registry } from "prom-client";
import { Buckets } from "./buckets.ts";
import type { RequestSeries, RequestTally } from "./request-series.ts";

type Labels<Name extends string> = Record<Name, string>;

interface Family<Name extends string> {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly Name[];
  readonly registry: Registry;
  readonly tally: RequestTally;
}

/** What of a series a metric tells, with the labels it tells it by. */
export interface Told<Name extends string, Value> {
  readonly labels: Labels<Name>;
  readonly value: Value;
}

/** A counter that is summed up when it is scraped. */
export function talliedCounter<Name extends string>(
  { tally, registry, labelNames, ...family }: Family<Name>,
  tell: (series: RequestSeries) => readonly Told<Name, number>[],
): void {
  new Counter<Name>({
    ...family,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const series of tally.all()) for (const { labels, value } of tell(series)) this.inc(labels, value);
    },
  });
}

/** A histogram that is summed up when it is scraped: prom-client's own looks its labels up with each value. */
export function talliedHistogram<Name extends string>(
  family: Family<Name>,
  tell: (series: RequestSeries) => readonly Told<Name, Buckets>[],
): void {
  new TalliedHistogram(family, tell);
}

class TalliedHistogram<Name extends string> extends Histogram<Name> {
  readonly #family: Family<Name>;
  readonly #tell: (series: RequestSeries) => readonly Told<Name, Buckets>[];

  constructor(family: Family<Name>, tell: (series: RequestSeries) => readonly Told<Name, Buckets>[]) {
    const { name, help, labelNames, registry } = family;
    super({ name, help, labelNames, registers: [registry] });
    this.#family = family;
    this.#tell = tell;
  }

  /** What both the registry and `get` ask of prom-client's own. */
  getForPromString() {
    const { name, help } = this.#family;
    const values = this.#summed().flatMap(({ labels, value }) => {
      const counts = value.cumulative();
      const total = counts.at(-1) ?? 0;
      const buckets = [...value.bounds, "+Inf"].map((le, at) => ({
        metricName: `${name}_bucket`,
        labels: { le, ...labels },
        value: counts[at] ?? total,
      }));
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: value.sum },
        { metricName: `${name}_count`, labels, value: total },
      ];
    });
    return Promise.resolve({ name, help, type: "histogram", aggregator: "sum", values });
  }

  #summed(): readonly Told<Name, Buckets>[] {
    const summed = new Map<string, Told<Name, Buckets>>();
    for (const series of this.#family.tally.all()) {
      for (const { labels, value } of this.#tell(series)) {
        const key = JSON.stringify(labels);
        const known = summed.get(key) ?? { labels, value: new Buckets(value.bounds) };
        summed.set(key, known);
        known.value.add(value);
      }
    }
    return [...summed.values()];
  }
}
