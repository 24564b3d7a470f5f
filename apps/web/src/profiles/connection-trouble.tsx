import type { Connection } from "@berth/api";
import type { ReactNode } from "react";
import { formatRecent } from "../format/time.ts";
import { Button } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Notice } from "../parts/notice.tsx";
import { useNow } from "../state/now.ts";
import { connectionSigns } from "./connection-state.tsx";
import { SshWords } from "./ssh-words.tsx";

/** Why a cluster cannot be asked, since when, in ssh's own words, and what helps. Nothing while it can. */
export function ConnectionTrouble({
  connection: { state, reason, since },
  host,
  onLogin,
}: {
  connection: Connection;
  host: string;
  onLogin: () => void;
}): ReactNode {
  const now = useNow();
  const { word, meaning, asksForLogin, tone } = connectionSigns[state];
  if (tone !== "warn" && tone !== "bad") return null;
  return (
    <Notice
      look={tone}
      title={since === null ? word : `${word}, since ${formatRecent(since, now)}`}
      action={
        asksForLogin ? (
          <Button look="primary" onClick={onLogin}>
            {state === "unreachable" ? "Connect" : "Log in"}
          </Button>
        ) : undefined
      }
    >
      {reason !== null && <SshWords text={reason} />}
      <p className="mt-0.5 text-sm text-ink-2">{meaning}</p>
      {state === "host_key_changed" && <Copyable text={`ssh-keygen -R ${host}`} what="the command" />}
    </Notice>
  );
}
