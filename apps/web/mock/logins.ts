import { BerthError, type Login, type LoginPrompt } from "@berth/api";

/** What one log-in asks, in order, and what it wants to hear. */
interface Question {
  readonly prompt: Omit<LoginPrompt, "id">;
  readonly right: RegExp;
}

const questions: readonly Question[] = [
  {
    prompt: {
      kind: "host_key",
      secret: false,
      text: "The authenticity of host 'tiger (203.0.113.7)' can't be established.\nED25519 key fingerprint is SHA256:u2Zz0OQ8PpE9VXrCyyYqMZC7h3PpYy1mVfZlV1k8T9c.\nThis key is not known by any other names.\nAre you sure you want to continue connecting (yes/no/[fingerprint])?",
    },
    right: /^yes$/,
  },
  { prompt: { kind: "password", secret: true, text: "(ada@tiger) Password: " }, right: /^secret$/ },
  {
    prompt: {
      kind: "other",
      secret: false,
      text: "(ada@tiger) Duo two-factor login for ada\n\nEnter a passcode or select one of the following options:\n\n 1. Duo Push to XXX-XXX-0142\n 2. Phone call to XXX-XXX-0142\n\nPasscode or option (1-2): ",
    },
    right: /^[12]$/,
  },
];

/** Log-ins that ask for a host key, a password ("secret") and a Duo option, as a real login node does. */
export class Logins {
  readonly #steps = new Map<string, number | Login>();
  readonly #onConnected: (profile: string) => void;

  constructor(onConnected: (profile: string) => void) {
    this.#onConnected = onConnected;
  }

  start(profile: string): Login {
    this.#steps.set(profile, 0);
    return this.get(profile);
  }

  get(profile: string): Login {
    const step = this.#steps.get(profile);
    if (step === undefined) throw new BerthError("not_found", `no log-in of ${profile} is under way`);
    if (typeof step !== "number") return step;
    const question = questions[step];
    if (question === undefined) return { status: "connected", prompt: null, reason: null };
    return { status: "prompting", prompt: { id: `prompt-${step}`, ...question.prompt }, reason: null };
  }

  answer(profile: string, id: string, answer: string): Login {
    const step = this.#steps.get(profile);
    if (typeof step !== "number" || id !== `prompt-${step}`)
      throw new BerthError("conflict", "this question is no longer asked");
    const right = questions[step]?.right.test(answer) === true;
    const reason =
      step === 0
        ? "Host key verification failed."
        : "ada@tiger: Permission denied (publickey,keyboard-interactive).";
    this.#steps.set(profile, right ? step + 1 : { status: "failed", prompt: null, reason });
    const login = this.get(profile);
    if (login.status === "connected") this.#onConnected(profile);
    return login;
  }

  cancel(profile: string): void {
    this.#steps.set(profile, { status: "cancelled", prompt: null, reason: null });
  }
}
