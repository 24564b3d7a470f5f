/** What a test asks a double with. */
export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, or each line or event of it that is JSON. */
  readonly json: unknown;
}

/** Sends one request as plain as can be, a body as JSON. */
export async function ask(
  url: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  const response = await fetch(
    url,
    body === undefined
      ? { headers }
      : {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify(body),
        },
  );
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

/** The JSON of every event of a stream, `[DONE]` as it is. */
export function eventsOf(text: string): unknown[] {
  return [...text.matchAll(/^data: ?(.*?)\r?$/gm)].map(([, data = ""]) =>
    data === "[DONE]" ? data : (JSON.parse(data) as unknown),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the tests of streams read the text
    return undefined;
  }
}
