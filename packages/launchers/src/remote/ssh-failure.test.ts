import { expect, test } from "vitest";
import { sshError, sshFailure } from "./ssh-failure.ts";

/** Printed by OpenSSH 9.2 on 2026-11-28, where it says so of a real login node; the last ones from its sources. */
const changed = `@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @
@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@
IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!
Someone could be eavesdropping on you right now (man-in-the-middle attack)!
It is also possible that a host key has just been changed.
Host key for [127.0.0.1]:42117 has changed and you have requested strict checking.
Host key verification failed.`;

test.for([
  ["nobody2@127.0.0.1: Permission denied (publickey).", "login_required"],
  ["anna@127.0.0.1: Permission denied (keyboard-interactive).", "login_required"],
  [
    "Received disconnect from 203.0.113.1 port 22:2: Too many authentication failures\nDisconnected from 203.0.113.1 port 22",
    "login_required",
  ],
  [
    "No ED25519 host key is known for login and you have requested strict checking.\nHost key verification failed.",
    "host_key_unknown",
  ],
  [changed, "host_key_changed"],
  ["ssh: connect to host 127.0.0.1 port 1: Connection refused", "unreachable"],
  ["ssh: Could not resolve hostname nosuch.invalid: Name or service not known", "unreachable"],
  ["ssh: connect to host 192.0.2.200 port 2311: Connection timed out", "unreachable"],
  ["Connection timed out during banner exchange\nConnection to 240.0.0.1 port 2311 timed out", "unreachable"],
  [
    "kex_exchange_identification: Connection closed by remote host\nConnection closed by 127.0.0.1 port 2311",
    "unreachable",
  ],
  ["Timeout, server 127.0.0.1 not responding.", "unreachable"],
  ["Can't open user config file /nowhere: No such file or directory", "unreachable"],
] as const)("%s", ([words, state]) => {
  expect(sshFailure(`${words}\n`)).toEqual({ state, reason: words });
});

test("a silent end has a reason too", () => {
  expect(sshFailure("\n")).toEqual({ state: "unreachable", reason: "ssh ended without a word" });
});

test.for([
  ["login_required", "login_required"],
  ["host_key_unknown", "host_key_refused"],
  ["host_key_changed", "host_key_refused"],
  ["unreachable", "host_unreachable"],
] as const)("%s is told as %s, with ssh's words", ([state, code]) => {
  const error = sshError("della", { state, reason: "its words" });
  expect(error).toMatchObject({ code, message: expect.stringMatching(/^.*della.*: its words$/) });
});
