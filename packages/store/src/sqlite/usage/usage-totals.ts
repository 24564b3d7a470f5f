import type { UsageGroup, UsageRow } from "@berth/api";
import type Database from "better-sqlite3";
import type { LedgerEntry, UsageQuery } from "../../store.ts";
import { Histogram } from "./histogram.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Cell {
  readonly key: readonly [
    span: string,
    start: number,
    keyId: string,
    model: string,
    provider: string,
    route: string,
  ];
  /** In the order of the table's columns, from `requests` to `gpu_seconds`. */
  readonly sums: number[];
  readonly firstToken: Histogram;
  readonly duration: Histogram;
}

const sumColumns = [
  "requests",
  "errors",
  "input_tokens",
  "output_tokens",
  "cached_tokens",
  "reasoning_tokens",
  "cost_usd",
  "gpu_seconds",
] as const;

/** Sums over hours and over days: what plots and budgets ask for is quick however many requests there were. */
export class UsageTotals {
  readonly #database: Database.Database;
  readonly #add: Database.Statement;

  constructor(database: Database.Database) {
    this.#database = database;
    database.function("add_histograms", { deterministic: true }, (a: unknown, b: unknown) => {
      const sum = new Histogram();
      for (const stored of [a, b]) sum.addStored(stored as Buffer | null);
      return sum.toStored();
    });
    database.aggregate("percentiles", {
      start: () => new Histogram(),
      step: (sum: Histogram, stored: unknown) => sum.addStored(stored as Buffer | null),
      result: (sum: Histogram) => {
        const [half, most] = [sum.percentileMs(0.5), sum.percentileMs(0.99)];
        return half === undefined ? null : `[${half},${most}]`;
      },
    });
    const sums = sumColumns.map((column) => `${column} = ${column} + excluded.${column}`);
    this.#add = database.prepare(`insert into usage_totals
      (span, start, key_id, model, provider, route, ${sumColumns.join(", ")}, first_token, duration)
      values (${Array.from({ length: 6 + sumColumns.length + 2 }, () => "?").join(", ")})
      on conflict do update set ${sums.join(", ")},
        first_token = add_histograms(first_token, excluded.first_token),
        duration = add_histograms(duration, excluded.duration)`);
  }

  /** Within the transaction that writes the rows themselves. */
  add(entries: readonly LedgerEntry[]): void {
    const hours = new Map<string, Cell>();
    for (const { record } of entries) addRecord(cellOf(hours, keyOf(record)), record);
    const days = new Map<string, Cell>();
    for (const hour of hours.values()) {
      const [, start, ...rest] = hour.key;
      addCell(cellOf(days, ["day", start - (start % dayMs), ...rest]), hour);
    }
    for (const cells of [hours, days])
      for (const { key, sums, firstToken, duration } of cells.values())
        this.#add.run(...key, ...sums, firstToken.toStored(), duration.toStored());
  }

  group({ by, fromMs, toMs, keyId, model, provider, route }: UsageQuery): UsageRow[] {
    const wanted = { key_id: keyId, model, provider, route };
    const filters = Object.keys(wanted).map((column) => `(:${column} is null or ${column} = :${column})`);
    const range = (span: string, from: string, to: string): string =>
      `select * from usage_totals where span = '${span}' and start >= ${from} and start < ${to} and ${filters.join(" and ")}`;
    // whole days from the sums of days, what is left at both ends from those of hours
    const parts =
      by === "hour"
        ? [range("hour", ":from", ":to")]
        : [
            range("hour", ":from", ":firstDay"),
            range("day", ":firstDay", ":lastDay"),
            range("hour", ":lastDay", ":to"),
          ];
    const from = fromMs - (fromMs % hourMs);
    const to = Math.ceil(toMs / hourMs) * hourMs;
    const firstDay = Math.min(Math.ceil(from / dayMs) * dayMs, to);
    const lastDay = Math.max(to - (to % dayMs), firstDay);
    const rows = this.#database
      .prepare(
        `select ${groupColumns[by]} as name, ${sumColumns.map((column) => `sum(${column}) as ${column}`).join(", ")},
           percentiles(first_token) as first_token, percentiles(duration) as duration
         from (${parts.join(" union all ")}) group by 1 order by 1`,
      )
      .all({
        from,
        to,
        firstDay,
        lastDay,
        ...Object.fromEntries(Object.entries(wanted).map(([column, value]) => [column, value ?? null])),
      });
    return (rows as TotalsRow[]).map(readTotals);
  }
}

/**
 * The name under which a request is added up: its route's, which is what was asked unless that was matched by a pattern or
 * the default; '' for all models that do not exist, and a provider's for its other paths. What callers make up would be a
 * row each, for as long as sums are kept.
 */
function countedModel({
  model,
  route,
  operation,
  provider,
  upstreamModel,
  errorCode,
}: LedgerEntry["record"]): string {
  if (route !== null) return route;
  if (errorCode === "model_not_found" && upstreamModel === null) return "";
  return operation === "passthrough" && provider !== null ? provider : model;
}

const groupColumns: Readonly<Record<UsageGroup, string>> = {
  model: "model",
  key: "key_id",
  provider: "provider",
  route: "route",
  day: `start - start % ${dayMs}`,
  hour: "start",
};

type TotalsRow = Readonly<Record<(typeof sumColumns)[number], number>> & {
  readonly name: string | number;
  readonly first_token: string | null;
  readonly duration: string | null;
};

function readTotals(row: TotalsRow): UsageRow {
  const percentiles = (text: string | null) =>
    JSON.parse(text ?? "[null,null]") as [number | null, number | null];
  const [firstTokenP50Ms, firstTokenP99Ms] = percentiles(row.first_token);
  const [durationP50Ms, durationP99Ms] = percentiles(row.duration);
  return {
    group: row.name,
    requests: row.requests,
    errors: row.errors,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cachedTokens: row.cached_tokens,
    reasoningTokens: row.reasoning_tokens,
    costUsd: row.cost_usd,
    gpuSeconds: row.gpu_seconds,
    firstTokenP50Ms,
    firstTokenP99Ms,
    durationP50Ms,
    durationP99Ms,
  };
}

function keyOf(record: LedgerEntry["record"]): Cell["key"] {
  const { startedAt, keyId, provider, route } = record;
  return ["hour", startedAt - (startedAt % hourMs), keyId, countedModel(record), provider ?? "", route ?? ""];
}

function cellOf(cells: Map<string, Cell>, key: Cell["key"]): Cell {
  const name = JSON.stringify(key);
  let cell = cells.get(name);
  if (cell === undefined) {
    cell = { key, sums: sumColumns.map(() => 0), firstToken: new Histogram(), duration: new Histogram() };
    cells.set(name, cell);
  }
  return cell;
}

function addRecord({ sums, firstToken, duration }: Cell, record: LedgerEntry["record"]): void {
  sums[0]! += 1;
  sums[1]! += record.outcome === "error" ? 1 : 0;
  sums[2]! += record.inputTokens ?? 0;
  sums[3]! += record.outputTokens ?? 0;
  sums[4]! += record.cachedTokens ?? 0;
  sums[5]! += record.reasoningTokens ?? 0;
  sums[6]! += record.costUsd ?? 0;
  sums[7]! += record.gpuSeconds ?? 0;
  // refusals are quick, and would hide how long answers take
  if (record.outcome === "error") return;
  if (record.firstTokenMs !== null) firstToken.add(record.firstTokenMs);
  duration.add(record.durationMs);
}

function addCell(sum: Cell, { sums, firstToken, duration }: Cell): void {
  for (const [index, amount] of sums.entries()) sum.sums[index]! += amount;
  sum.firstToken.addAll(firstToken);
  sum.duration.addAll(duration);
}
