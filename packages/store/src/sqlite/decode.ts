import { BerthError, type z } from "@berth/api";

/** Parses what a row carries; throws an error that names the row when it is not what was written. */
export function decode<T>(schema: z.ZodType<T>, row: string, value: () => unknown): T {
  try {
    return schema.parse(value());
  } catch (error) {
    throw new BerthError("internal", `${row} cannot be read: run \`berth db check\``, { cause: error });
  }
}
