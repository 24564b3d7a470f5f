import type { Connection } from "@berth/api";
import type { ReactNode } from "react";
import { State, type Tone } from "../parts/state.tsx";

interface Sign {
  readonly tone: Tone;
  readonly shape: string;
  readonly word: string;
  /** What it means, and that nothing is lost by it. */
  readonly meaning: string;
  /** Whether a log-in is what it waits for. */
  readonly asksForLogin: boolean;
}

export const connectionSigns: Record<Connection["state"], Sign> = {
  idle: {
    tone: "off",
    shape: "○",
    word: "Not connected",
    meaning: "Nothing has needed it yet.",
    asksForLogin: false,
  },
  connecting: { tone: "wait", shape: "◐", word: "Connecting", meaning: "", asksForLogin: false },
  connected: { tone: "ok", shape: "●", word: "Connected", meaning: "", asksForLogin: false },
  login_required: {
    tone: "warn",
    shape: "▲",
    word: "Log in again",
    meaning: "The log-in has ended. Jobs go on there, and services are reached again after the next one.",
    asksForLogin: true,
  },
  host_key_unknown: {
    tone: "warn",
    shape: "▲",
    word: "Host key unknown",
    meaning: "The log-in shows the host's key and asks whether it is the right one.",
    asksForLogin: true,
  },
  host_key_changed: {
    tone: "bad",
    shape: "✕",
    word: "Host key changed",
    meaning:
      "The host shows another key than before: it was set up anew, or somebody stands in between. Nothing is sent there. Ask its administrators; if the new key is right, forget the old one:",
    asksForLogin: false,
  },
  unreachable: {
    tone: "warn",
    shape: "▲",
    word: "Unreachable",
    meaning: "Nothing is concluded from it: jobs go on there, and Berth keeps trying.",
    asksForLogin: true,
  },
};

export function ConnectionState({ connection }: { connection: Connection }): ReactNode {
  const { tone, shape, word } = connectionSigns[connection.state];
  return <State tone={tone} shape={shape} word={word} />;
}
