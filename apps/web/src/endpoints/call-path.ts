import { csrfToken } from "../api/client.ts";

/** What an endpoint answered to a call. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  readonly tookMs: number;
  /** The whole of it is here. */
  readonly isWhole: boolean;
}

/** Longer answers are cut off: a page is no place for them. */
const keptCharacters = 1_000_000;

/**
 * Posts JSON to a path of this server as whoever is logged in, and tells the answer as it grows. Refusals are answers like
 * others; only a server that does not answer is an error.
 */
export async function callPath(
  path: string,
  body: string,
  signal: AbortSignal,
  onAnswer: (answer: Answer) => void,
): Promise<void> {
  const began = performance.now();
  const token = csrfToken.get();
  const response = await fetch(path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(token === undefined ? {} : { "x-berth-csrf": token }),
    },
    body,
    signal,
  });
  const contentType = response.headers.get("content-type") ?? "";
  let text = "";
  const tell = (isWhole: boolean): void =>
    onAnswer({ status: response.status, contentType, text, tookMs: performance.now() - began, isWhole });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return tell(true);
    text = (text + piece.value).slice(0, keptCharacters);
    tell(false);
  }
}
