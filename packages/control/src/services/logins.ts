import { BerthError, isBerthError, type Login, type LoginPrompt, type Profile } from "@berth/api";
import type { HostQuestion, RemoteHosts } from "@berth/launchers";
import type { Clock } from "@berth/std/clock";
import type { Changes } from "./changes.ts";

export interface LoginsOptions {
  /** Throws `not_found`. */
  readonly profiles: { get(name: string): Promise<Profile> };
  readonly hosts: Pick<RemoteHosts, "login">;
  readonly changes: Changes;
  readonly clock: Clock;
  readonly newId: () => string;
}

interface Question {
  readonly prompt: LoginPrompt;
  readonly answer: (text: string) => void;
}

interface Attempt {
  readonly abort: AbortController;
  login: Login;
  /** Asked and not answered; the first of them is shown. */
  readonly questions: Question[];
  /** Wakes those who wait for a change. */
  readonly waiting: Set<() => void>;
}

const waitMs = 30_000;

/** People logging in to clusters: at most one attempt for each profile. Answers go through and are kept nowhere. */
export class Logins {
  readonly #options: LoginsOptions;
  readonly #attempts = new Map<string, Attempt>();
  #versions = 0;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /** Begins, or finds the attempt under way. Throws `unsupported` for a profile that nobody logs in to. */
  async start(name: string): Promise<Login> {
    const profile = await this.#options.profiles.get(name);
    if (profile.slurm === null || profile.slurm.host === "localhost")
      throw new BerthError(
        "unsupported",
        `profile ${name} is on this machine: there is nothing to log in to`,
        {
          param: "name",
        },
      );
    const known = this.#attempts.get(name);
    if (known !== undefined && !isOver(known.login)) return known.login;
    const attempt: Attempt = {
      abort: new AbortController(),
      login: { profile: name, status: "connecting", prompt: null, reason: null, version: 0 },
      questions: [],
      waiting: new Set(),
    };
    this.#attempts.set(name, attempt);
    this.#show(attempt, {});
    void this.#follow(profile, attempt);
    return attempt.login;
  }

  /** The latest attempt; with `after`, once its version is above that, or after half a minute. */
  async get(name: string, after: number | undefined, signal: AbortSignal): Promise<Login> {
    const attempt = await this.#find(name);
    if (after !== undefined && attempt.login.version <= after) await this.#change(attempt, signal);
    return attempt.login;
  }

  /** Throws `conflict` when that question is not asked any more. */
  async answer(name: string, given: { readonly promptId: string; readonly answer: string }): Promise<Login> {
    const attempt = await this.#find(name);
    const at = attempt.questions.findIndex(({ prompt }) => prompt.id === given.promptId);
    const question = attempt.questions[at];
    if (question === undefined)
      throw new BerthError("conflict", `that question of profile ${name} is not asked any more`, {
        param: "promptId",
      });
    attempt.questions.splice(at, 1);
    this.#show(attempt, this.#asked(attempt));
    question.answer(given.answer);
    return attempt.login;
  }

  /** One that is over stays as it is. */
  async cancel(name: string): Promise<Login> {
    const attempt = await this.#find(name);
    if (!isOver(attempt.login)) {
      this.#show(attempt, { status: "cancelled", prompt: null });
      attempt.abort.abort(new BerthError("client_closed", "the login was cancelled"));
    }
    return attempt.login;
  }

  /** Gives up what is under way. */
  dispose(): void {
    for (const { abort } of this.#attempts.values())
      abort.abort(new BerthError("shutting_down", "the server is stopping"));
  }

  async #follow(profile: Profile, attempt: Attempt): Promise<void> {
    const { signal } = attempt.abort;
    try {
      await this.#options.hosts.login(
        profile,
        (question, gone) => this.#ask(attempt, question, gone),
        signal,
      );
      this.#end(attempt, { status: "connected", prompt: null });
    } catch (error) {
      const reason = isBerthError(error) ? error.message : String(error);
      this.#end(attempt, { status: "failed", prompt: null, reason });
    }
  }

  #end(attempt: Attempt, change: Partial<Login>): void {
    // what was cancelled ends as that, whatever ssh makes of it
    if (!isOver(attempt.login)) this.#show(attempt, change);
  }

  #ask(attempt: Attempt, { kind, text }: HostQuestion, gone: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      const prompt: LoginPrompt = { id: this.#options.newId(), kind, text, secret: kind === "secret" };
      const question: Question = { prompt, answer: resolve };
      attempt.questions.push(question);
      const withdraw = (): void => {
        const at = attempt.questions.indexOf(question);
        if (at >= 0) {
          attempt.questions.splice(at, 1);
          this.#end(attempt, this.#asked(attempt));
        }
        reject(gone.reason as Error);
      };
      gone.addEventListener("abort", withdraw, { once: true });
      this.#end(attempt, this.#asked(attempt));
    });
  }

  #asked({ questions }: Attempt): Partial<Login> {
    const prompt = questions[0]?.prompt ?? null;
    return { status: prompt === null ? "connecting" : "prompting", prompt };
  }

  #show(attempt: Attempt, change: Partial<Login>): void {
    attempt.login = { ...attempt.login, ...change, version: ++this.#versions };
    this.#options.changes.publish({ type: "login", login: attempt.login });
    for (const wake of attempt.waiting) wake();
  }

  async #change(attempt: Attempt, signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const wake = (): void => over.abort();
    attempt.waiting.add(wake);
    // cut short by the change, or by the caller who leaves: either way there is no more to wait for
    await this.#options.clock.sleep(waitMs, AbortSignal.any([signal, over.signal])).catch(() => undefined);
    attempt.waiting.delete(wake);
  }

  async #find(name: string): Promise<Attempt> {
    const attempt = this.#attempts.get(name);
    if (attempt !== undefined) return attempt;
    await this.#options.profiles.get(name);
    throw new BerthError("not_found", `nobody has tried to log in to profile ${name} yet`, { param: "name" });
  }
}

function isOver({ status }: Login): boolean {
  switch (status) {
    case "connecting":
    case "prompting":
      return false;
    case "connected":
    case "failed":
    case "cancelled":
      return true;
  }
}
