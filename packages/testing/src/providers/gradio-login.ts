import { randomBytes } from "node:crypto";
import { json, type Script, type Step } from "../fake-model-server-script.ts";
import type { ReceivedRequest } from "../fake-model-server.ts";
import { type GradioVersion, since } from "./gradio-version.ts";

export interface GradioUser {
  readonly username: string;
  readonly password: string;
}

/** Who is let in: everyone, or those with a cookie that the login gave. */
export class GradioLogin {
  readonly #version: GradioVersion;
  readonly #user: GradioUser | undefined;
  readonly #cookieId = randomBytes(32).toString("base64url");
  readonly #tokens = new Set<string>();

  constructor(version: GradioVersion, user: GradioUser | undefined) {
    this.#version = version;
    this.#user = user;
  }

  /** `POST /login`, a form. */
  async *answer(request: ReceivedRequest): AsyncGenerator<Step> {
    const user = this.#user;
    if (user === undefined) {
      yield { do: "head", status: 302, headers: { location: "/" } };
      return yield { do: "end" };
    }
    const form = await readForm(request);
    const missing = ["username", "password"].filter((field) => !form.has(field));
    if (missing.length > 0) {
      const detail = missing.map((field) => ({
        type: "missing",
        loc: ["body", field],
        msg: "Field required",
        input: null,
      }));
      return yield* json({ detail }, 422);
    }
    const [username, password] = [form.get("username"), form.get("password")];
    if (typeof username !== "string" || username.trim() !== user.username || password !== user.password) {
      return yield* json({ detail: "Incorrect credentials." }, 400);
    }
    const token = randomBytes(16).toString("base64url");
    this.#tokens.add(token);
    yield* json({ success: true }, 200, {
      // the one for the open network comes second, and browsers on plain HTTP keep only that
      "set-cookie": [
        `access-token-${this.#cookieId}=${token}; HttpOnly; Path=/; SameSite=none; Secure`,
        `access-token-unsecure-${this.#cookieId}=${token}; HttpOnly; Path=/; SameSite=lax`,
      ],
    });
  }

  admits(request: ReceivedRequest): boolean {
    return this.#user === undefined || this.#tokens.has(this.#cookieOf(request) ?? "");
  }

  /** Whether there is a cookie of the right name, whatever it says. */
  hasCookie(request: ReceivedRequest): boolean {
    return this.#user === undefined || this.#cookieOf(request) !== undefined;
  }

  refusal(): Script {
    const detail = "Not authenticated";
    return json(
      { detail: since(this.#version, "6.31.0") ? { error: detail, auth_message: null } : detail },
      401,
    );
  }

  #cookieOf(request: ReceivedRequest): string | undefined {
    const cookies = (request.headers.cookie ?? "").split(/; */).map((each) => each.split("="));
    const names = [`access-token-${this.#cookieId}`, `access-token-unsecure-${this.#cookieId}`];
    return cookies.find(([name = ""]) => names.includes(name))?.[1];
  }
}

async function readForm(request: ReceivedRequest): Promise<FormData | URLSearchParams> {
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/")) return new URLSearchParams(request.body.toString());
  return new Response(new Uint8Array(request.body), { headers: { "content-type": type } }).formData();
}
