import { BerthError, type Connection, type ErrorCode } from "@berth/api";

/** Why a host cannot be asked, as ssh's words tell it. */
export interface SshFailure {
  readonly state: Exclude<Connection["state"], "idle" | "connecting" | "connected">;
  /** Verbatim. */
  readonly reason: string;
}

const signs: readonly (readonly [SshFailure["state"], RegExp])[] = [
  [
    "host_key_changed",
    /REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed|REVOKED HOST KEY/i,
  ],
  ["host_key_unknown", /No \S+ host key is known for|Host key verification failed|authenticity of host/],
  [
    "login_required",
    /Permission denied|Too many authentication failures|No supported authentication methods|Authentication failed|password (?:has )?expired/i,
  ],
];

/** Sorts what ssh printed when it could not log in. What is not known is `unreachable`: nothing is concluded from it. */
export function sshFailure(words: string): SshFailure {
  const reason = words.trim();
  const state = signs.find(([, sign]) => sign.test(reason))?.[0] ?? "unreachable";
  return { state, reason: reason === "" ? "ssh ended without a word" : reason };
}

const codes: Readonly<Record<SshFailure["state"], ErrorCode>> = {
  host_key_changed: "host_key_refused",
  host_key_unknown: "host_key_refused",
  login_required: "login_required",
  unreachable: "host_unreachable",
};

export function sshError(host: string, { state, reason }: SshFailure): BerthError {
  return new BerthError(codes[state], `${meaning(host, state)}: ${reason}`, { details: { state, host } });
}

function meaning(host: string, state: SshFailure["state"]): string {
  switch (state) {
    case "host_key_changed":
      return `the host key of ${host} is another than before`;
    case "host_key_unknown":
      return `the host key of ${host} is not known yet; \`berth profile login\` shows it and asks`;
    case "login_required":
      return `${host} wants a login; \`berth profile login\` asks for it`;
    case "unreachable":
      return `${host} cannot be reached`;
  }
}
