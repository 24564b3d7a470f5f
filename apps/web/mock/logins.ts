import { BerthError, type Login, type LoginPrompt } from "@berth/api";

/** What one log-in asks, in order, and what it wants to hear. */
interface Question {
  readonly prompt: Omit<LoginPrompt, "id">;
  readonly right: RegExp;
}

const questions: readonly Question[] = [
  {
    prompt: {
      kind: "host-key",
      secret: false,
      text: "The authenticity of host 'tiger (203.0.113.7)' can't be established.\nED25519 key fingerprint is SHA256:u2Zz0OQ8PpE9VXrCyyYqMZC7h3PpYy1mVfZlV1k8T9c.\nThis key is not known by any other names.\nAre you sure you want to continue connecting (yes/no/[fingerprint])?",
    },
    right: /^yes$/,
  },
  { prompt: { kind: "secret", secret: true, text: "(ada@tiger) Password: " }, right: /^secret$/ },
  {
    prompt: {
      kind: "text",
      secret: false,
      text: "(ada@tiger) Duo two-factor login for ada\n\nEnter a passcode or select one of the following options:\n\n 1. Duo Push to XXX-XXX-0142\n 2. Phone call to XXX-XXX-0142\n\nPasscode or option (1-2): ",
    },
    right: /^[12]$/,
  },
];

/** Log-ins that ask for a host key, a password ("secret") and a Duo option, as a real login node does. */
export class Logins {
  readonly #logins = new Map<string, { step: number; login: Login }>();
  readonly #onChange: (login: Login) => void;
  #versions = 0;

  constructor(onChange: (login: Login) => void) {
    this.#onChange = onChange;
  }

  start(profile: string): Login {
    return this.#show(profile, 0, asked(0));
  }

  get(profile: string): Login {
    return this.#find(profile).login;
  }

  answer(profile: string, promptId: string, answer: string): Login {
    const { step, login } = this.#find(profile);
    if (login.prompt?.id !== promptId)
      throw new BerthError("conflict", `that question of profile ${profile} is not asked any more`);
    if (questions[step]?.right.test(answer) === true) return this.#show(profile, step + 1, asked(step + 1));
    const reason =
      step === 0
        ? "Host key verification failed."
        : "ada@tiger: Permission denied (publickey,keyboard-interactive).";
    return this.#show(profile, step, { status: "failed", prompt: null, reason });
  }

  cancel(profile: string): Login {
    return this.#show(profile, 0, { status: "cancelled", prompt: null, reason: null });
  }

  #find(profile: string): { step: number; login: Login } {
    const found = this.#logins.get(profile);
    if (found === undefined) throw new BerthError("not_found", `nobody has logged in to ${profile}`);
    return found;
  }

  #show(profile: string, step: number, change: Pick<Login, "status" | "prompt" | "reason">): Login {
    this.#versions += 1;
    const login = { profile, version: this.#versions, ...change };
    this.#logins.set(profile, { step, login });
    this.#onChange(login);
    return login;
  }
}

function asked(step: number): Pick<Login, "status" | "prompt" | "reason"> {
  const question = questions[step];
  return question === undefined
    ? { status: "connected", prompt: null, reason: null }
    : { status: "prompting", prompt: { id: `prompt-${step}`, ...question.prompt }, reason: null };
}
