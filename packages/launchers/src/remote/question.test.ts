import { expect, test } from "vitest";
import { questionOf } from "./question.ts";

test.for([
  ["(anna@della) Password: ", undefined, "secret"],
  ["Enter passphrase for key '/home/anna/.ssh/id_ed25519': ", undefined, "secret"],
  ["(anna@della) Verification code: ", undefined, "secret"],
  ["(anna@della) One-time password (OATH) for `anna': ", undefined, "secret"],
  ["Enter PIN for ED25519-SK key: ", undefined, "secret"],
  [
    "(anna@della) Duo two-factor login\n\n 1. Duo Push to XXX-XXX-1234\n\nPasscode or option (1-1): ",
    undefined,
    "text",
  ],
  ["(anna@della) login: ", undefined, "text"],
  [
    "The authenticity of host 'della (203.0.113.1)' can't be established.\nED25519 key fingerprint is SHA256:x.\nAre you sure you want to continue connecting (yes/no/[fingerprint])? ",
    undefined,
    "host-key",
  ],
  ["Confirm user presence for key ED25519-SK SHA256:x", "none", "notice"],
] as const)("%j is asked as it should be", ([text, hint, kind]) => {
  expect(questionOf(text, hint)).toEqual({ kind, text });
});
