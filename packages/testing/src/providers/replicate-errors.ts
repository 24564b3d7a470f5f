import { json, type Script } from "../fake-model-server-script.ts";

/**
 * Replicate's refusals, with the texts users report of it: replicate/replicate-python issues 47 (401, 422) and 445
 * (429), replicate/replicate-javascript issues 307 (422) and 347 (404). Only some have a title; all end in a newline.
 */
export function refusal(
  status: number,
  problem: { readonly title?: string; readonly detail: string; readonly [more: string]: unknown },
  headers: Readonly<Record<string, string>> = {},
): Script {
  const [head] = json({}, status, headers);
  const bytes = `${JSON.stringify({ ...problem, status })}\n`;
  const length = String(Buffer.byteLength(bytes));
  if (head?.do !== "head") throw new Error("a whole answer begins with its head");
  return [
    { ...head, headers: { ...head.headers, "content-length": length } },
    { do: "write", bytes },
    { do: "end" },
  ];
}

export const unauthenticated = (hasToken: boolean): Script =>
  refusal(401, {
    title: "Unauthenticated",
    detail: `You did not pass ${hasToken ? "a valid" : "an"} authentication token`,
  });

export const notFound: Script = refusal(404, { detail: "The requested resource could not be found." });

export const invalidVersion: Script = refusal(422, {
  title: "Invalid version or not permitted",
  detail: "The specified version does not exist (or perhaps you don't have permission to use it?)",
});

/** One field that is missing from `input`, or from the body when there is no `input`. */
export function missingField(field: "" | "input", name: string): Script {
  const description = `${name} is required`;
  return refusal(422, {
    title: "Input validation failed",
    detail: `- ${field === "" ? "" : `${field}: `}${description}\n`,
    invalid_fields: [{ type: "required", field, description }],
  });
}

/** What a status stands for at Replicate; of those it is not known for, only that there was one. */
export function refusalOf(status: number, retryAfterSeconds: number | undefined): Script {
  const headers = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  switch (status) {
    case 401:
      return unauthenticated(true);
    case 402:
      return refusal(402, {
        title: "Insufficient credit",
        detail:
          "You have insufficient credit to run this model. " +
          "Go to https://replicate.com/account/billing#billing to purchase credit. " +
          "Once you purchase credit, please wait a few minutes before trying again.",
      });
    case 404:
      return notFound;
    case 422:
      return invalidVersion;
    case 429: {
      const seconds = retryAfterSeconds ?? 10;
      const detail = `Request was throttled. Your rate limit resets in ~${seconds}s.`;
      return refusal(429, { detail, retry_after: seconds }, headers);
    }
    default:
      return refusal(status, { detail: "Internal server error" }, headers);
  }
}
