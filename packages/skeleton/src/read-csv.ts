import { parse } from "csv-parse/sync";
import { DescriptionError } from "./description-error.ts";
import type { Json } from "./json.ts";

const maxRows = 1000;

/** The rows as objects by the names in the first; numbers, true and false are read as such, an empty cell as null. */
export function readCsv(text: string): Json[] {
  let rows: string[][];
  try {
    rows = parse(text, { bom: true, skip_empty_lines: true, trim: true, to: maxRows });
  } catch (cause) {
    throw new DescriptionError(`this is no CSV: ${(cause as Error).message}`, { cause });
  }
  const [names, ...values] = rows;
  if (names === undefined || values.length === 0)
    throw new DescriptionError("a CSV describes an input by a row of names and at least one of values");
  const [twice] = names.filter((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new DescriptionError(`two columns of the CSV are called ${twice}`);
  return values.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, readCell(row[index] ?? "")])),
  );
}

function readCell(cell: string): Json {
  if (cell === "") return null;
  if (/^(?:true|false)$/i.test(cell)) return cell.toLowerCase() === "true";
  // 007 is a name, not a number
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(cell) ? Number(cell) : cell;
}
