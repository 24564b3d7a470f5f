import type { HostQuestion } from "./remote-hosts.ts";

/**
 * What kind of question ssh asks, from its words and its hint (`SSH_ASKPASS_PROMPT`). ssh does not tell whether a host
 * wants the answer shown, so all is secret but what is known not to be.
 */
export function questionOf(text: string, hint: string | undefined): HostQuestion {
  if (hint === "none") return { kind: "notice", text };
  if (/\(yes\/no(?:\/\[fingerprint\])?\)/.test(text)) return { kind: "host-key", text };
  const isChoice = /\boption\b|\buser ?name\b|\blogin:/i.test(text);
  return { kind: isChoice ? "text" : "secret", text };
}
