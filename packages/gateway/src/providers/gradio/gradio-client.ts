import type { ProviderTarget } from "@berth/api";
import { authHeaders } from "../auth-headers.ts";
import { fieldsOf } from "../fields-of.ts";
import type { ProviderCall } from "../provider.ts";
import { ProviderFailure } from "../provider-failure.ts";
import { readFailure } from "../read-failure.ts";
import { parseAnswer } from "../translated-answer.ts";
import type { WireAnswer, WireRequest, WireSocket } from "../wire.ts";
import { type GradioApp, readApp } from "./gradio-app.ts";
import { broken } from "./gradio-failure.ts";

/** What is remembered of an app between calls: its configuration, of some megabytes, is not asked for each time. */
interface KnownApp {
  readonly app: GradioApp;
  readonly askedAtMs: number;
}

const rememberedMs = 5 * 60_000;
const maxConfigBytes = 64 * 1024 * 1024;

const apps = new WeakMap<ProviderTarget, KnownApp>();
/** From the last log-in. */
const cookies = new WeakMap<ProviderTarget, string>();

/** The way to one app for one call: it logs in when it has to, once. All but `farewell` throw ProviderFailure. */
export class GradioClient {
  readonly #call: ProviderCall;
  readonly #target: ProviderTarget;
  #hasLoggedIn = false;

  constructor(call: ProviderCall) {
    this.#call = call;
    this.#target = call.upstream.target;
  }

  async app(): Promise<GradioApp> {
    const nowMs = this.#call.clock.now();
    const known = apps.get(this.#target);
    if (known !== undefined && nowMs - known.askedAtMs < rememberedMs) return known.app;
    const answer = await this.send("GET", "/config");
    const app = readApp(parseAnswer(await answer.text(maxConfigBytes)));
    if (app === undefined) throw broken("what it answers is not a Gradio app's configuration");
    apps.set(this.#target, { app, askedAtMs: nowMs });
    return app;
  }

  /** After a failure: the app may have become another. */
  forget(): void {
    apps.delete(this.#target);
  }

  /** `path` lies under the app's address. Resolves with an answer that is no error. */
  async send(method: "GET" | "POST", path: string, body?: unknown): Promise<WireAnswer> {
    const { wire, clock } = this.#call;
    const answer = await wire.send(this.#request(method, path, body));
    if (answer.status < 400) return answer;
    if (answer.status !== 401 || !this.#mayLogIn) throw await readFailure(answer, clock.now());
    await this.#logIn();
    return this.send(method, path, body);
  }

  async sendJson(method: "POST", path: string, body: unknown): Promise<Readonly<Record<string, unknown>>> {
    return fieldsOf(parseAnswer(await (await this.send(method, path, body)).text()));
  }

  async openSocket(path: string): Promise<WireSocket> {
    const { wire } = this.#call;
    const url = this.#urlOf(path).replace(/^http/, "ws");
    try {
      return await wire.openSocket(url, this.#headers());
    } catch (error) {
      // who is not logged in is refused before there is a socket to say so
      if (!(error instanceof ProviderFailure) || !this.#mayLogIn || !error.message.includes("403"))
        throw error;
      await this.#logIn();
      return wire.openSocket(url, this.#headers());
    }
  }

  farewell(path: string, body: unknown): void {
    this.#call.wire.farewell(this.#request("POST", path, body));
  }

  get #mayLogIn(): boolean {
    return this.#target.auth.kind === "login" && !this.#hasLoggedIn;
  }

  async #logIn(): Promise<void> {
    const { auth, url } = this.#target;
    if (auth.kind !== "login") return;
    this.#hasLoggedIn = true;
    const form = new URLSearchParams({ username: auth.user, password: auth.password }).toString();
    const headers = ["content-type", "application/x-www-form-urlencoded", ...authHeaders(this.#target)];
    const answer = await this.#call.wire.send({ method: "POST", url: `${url}/login`, headers, body: form });
    // two are set, for safe and for open networks, and either will do
    const cookie = answer.header("set-cookie")?.split(";")[0];
    if (answer.status < 400 && cookie !== undefined) {
      cookies.set(this.#target, cookie);
      return;
    }
    const { message } = await readFailure(answer, this.#call.clock.now());
    throw new ProviderFailure({ kind: "credential", status: answer.status, message });
  }

  #request(method: "GET" | "POST", path: string, body: unknown): WireRequest {
    const headers =
      body === undefined ? this.#headers() : ["content-type", "application/json", ...this.#headers()];
    return {
      method,
      url: this.#urlOf(path),
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
    };
  }

  /** Much of a path is the app's own word, and the credential is for the app alone. */
  #urlOf(path: string): string {
    const url = this.#target.url + path;
    if (URL.parse(url)?.origin !== new URL(this.#target.url).origin)
      throw broken("what the app says leads to another server");
    return url;
  }

  #headers(): string[] {
    const cookie = cookies.get(this.#target);
    return [...authHeaders(this.#target), ...(cookie === undefined ? [] : ["cookie", cookie])];
  }
}
