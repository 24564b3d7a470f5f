import { BerthError, type ErrorCode } from "@berth/api";

/** An error as Text Generation Inference tells it: its clients choose their exception by `error_type`. */
export function tgiError(error: BerthError): {
  readonly status: number;
  readonly body: { readonly error: string; readonly error_type: string };
} {
  const { status, type } = kindOf(error.code, error.status);
  return { status, body: { error: error.message, error_type: type } };
}

/** In TGI's own words. */
export function validation(message: string, param: string): BerthError {
  return new BerthError("unprocessable", message, { param });
}

function kindOf(code: ErrorCode, status: number): { readonly status: number; readonly type: string } {
  if (status === 400 || status === 422) return { status: 422, type: "validation" };
  if (status === 429) return { status, type: "overloaded" };
  if (status === 502 || status === 504) return { status: 424, type: "generation" };
  return { status, type: code };
}
