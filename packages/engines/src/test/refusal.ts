import { isBerthError } from "@berth/api";

/** The field and the message of the BerthError that the work throws. Throws when there is none. */
export function refusalOf(work: () => unknown): { readonly param: string | null; readonly message: string } {
  try {
    work();
  } catch (error) {
    if (!isBerthError(error)) throw error;
    return { param: error.param ?? null, message: error.message };
  }
  throw new Error("nothing was refused");
}
