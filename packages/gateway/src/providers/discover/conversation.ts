import type { ProviderAuth, ProviderTarget } from "@berth/api";
import { authHeaders } from "../auth-headers.ts";
import type { Ask, Reply } from "./ask.ts";
import { LookFailure, TooBusy } from "./look.ts";

export type Json = Readonly<Record<string, unknown>>;

/** One look at one provider: questions with its credential, and answers that are understood. */
export class Conversation {
  readonly target: ProviderTarget;
  readonly #ask: Ask;
  readonly #signal: AbortSignal;
  #headers: Readonly<Record<string, string>>;

  constructor(target: ProviderTarget, ask: Ask, signal: AbortSignal) {
    this.target = target;
    this.#ask = ask;
    this.#signal = signal;
    this.#headers = headersOf(target);
  }

  /** From now on, questions bear this header too. */
  addHeader(name: string, value: string): void {
    this.#headers = { ...this.#headers, [name]: value };
  }

  /** Whatever it answers. `path` follows the provider's address, or is an absolute one on the same server. */
  send(
    method: "GET" | "POST",
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<Reply> {
    const url = new URL(path.startsWith("/") ? this.target.url + path : path);
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return this.#ask(
      {
        method,
        url,
        headers: { ...this.#headers, ...(text === undefined ? {} : { "content-type": contentType }) },
        ...(text === undefined ? {} : { body: text }),
      },
      this.#signal,
    );
  }

  /** The JSON of a 2xx answer. Throws LookFailure, or TooBusy, with the server's own words. */
  async json(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    const reply = await this.send(method, path, body);
    this.requireWell(reply, path);
    try {
      return JSON.parse(reply.text) as unknown;
    } catch {
      throw new LookFailure(
        "path",
        `what ${this.#where(path)} answers is no JSON: it is another kind of server`,
      );
    }
  }

  /** Throws what anything but 2xx means. */
  requireWell(reply: Reply, path: string): void {
    const { status } = reply;
    if (status >= 200 && status < 300) return;
    const said = this.wordsOf(reply);
    if (status === 429) throw new TooBusy(said);
    if (status === 401 || status === 403)
      throw new LookFailure(
        "credential",
        this.target.auth.kind === "none"
          ? `it wants a credential: ${said}`
          : `it does not accept the credential: ${said}`,
      );
    if (status >= 300 && status < 400) {
      const [to] = (reply.header("location") ?? "elsewhere").split("?");
      throw new LookFailure(
        "path",
        `${this.#where(path)} redirects to ${to}: give the address that leads there itself`,
      );
    }
    if (status >= 500) throw new LookFailure("models", `it answered ${status}: ${said}`);
    throw new LookFailure("path", `${this.#where(path)} answered ${status}: ${said}`);
  }

  /** What the server says of itself, one line, without the credential if it repeats that. */
  wordsOf({ status, text }: Reply): string {
    let said = messageOf(parsed(text)) ?? (/^\s*</.test(text) ? "" : text);
    for (const secret of secretsOf(this.target.auth)) said = said.replaceAll(secret, "***");
    const line = said.replaceAll(/\s+/g, " ").trim();
    return line === "" ? `status ${status}` : line.slice(0, 300);
  }

  #where(path: string): string {
    return path.startsWith("/") ? this.target.url + path : path;
  }
}

function headersOf(target: ProviderTarget): Readonly<Record<string, string>> {
  const words = authHeaders(target);
  const pairs = words.flatMap((name, index) => (index % 2 === 0 ? [[name, words[index + 1] ?? ""]] : []));
  return Object.fromEntries(pairs) as Record<string, string>;
}

function secretsOf(auth: ProviderAuth): string[] {
  switch (auth.kind) {
    case "header":
      return [auth.value, ...auth.value.split(" ").slice(1)];
    case "login":
      return auth.password === "" ? [] : [auth.password];
    case "none":
    case "aws":
      return [];
  }
}

/** What a 200 says; `undefined` for any other answer. */
export function jsonIn({ status, text }: Reply): unknown {
  return status === 200 ? parsed(text) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Where servers put what they say. */
function messageOf(body: unknown): string | undefined {
  if (typeof body === "string") return body;
  if (!isObject(body)) return Array.isArray(body) ? messageOf(body[0]) : undefined;
  for (const key of ["message", "Message", "detail", "error", "title", "msg"]) {
    const said = key in body ? messageOf(body[key]) : undefined;
    if (said !== undefined) return said;
  }
  return undefined;
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first of these fields that is a positive whole number. */
export function countIn(value: unknown, ...names: readonly string[]): number | null {
  if (!isObject(value)) return null;
  const found = names.map((name) => value[name]).find((one) => Number.isInteger(one) && (one as number) > 0);
  return (found as number | undefined) ?? null;
}

/** The objects of a list, or of the list that lies under one of these names. */
export function itemsOf(body: unknown, ...names: readonly string[]): Json[] {
  const list = Array.isArray(body)
    ? body
    : isObject(body)
      ? names.map((name) => body[name]).find(Array.isArray)
      : undefined;
  if (list === undefined)
    throw new LookFailure("path", "what it answers is no list of models: it is another kind of server");
  return list.filter(isObject);
}
