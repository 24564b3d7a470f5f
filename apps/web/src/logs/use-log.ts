import { useEffect, useState } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { noLines, withPiece, type LogLines } from "./log-buffer.ts";

const keptLines = 20_000;
const firstLines = 2000;
const retryMs = 2000;

export type LogState =
  | { readonly kind: "following" }
  | { readonly kind: "ended" }
  | { readonly kind: "lost"; readonly message: string };

/** Whose log it is: one service's, or that of an endpoint's replicas. */
export type LogSource =
  | { readonly kind: "service"; readonly id: string }
  | { readonly kind: "endpoint"; readonly id: string; readonly replica: string | undefined };

/** A log as it grows. `generation` changes when a new engine writes it, and it is read afresh. */
export function useLog(source: LogSource, generation: string): { log: LogLines; state: LogState } {
  const { kind, id } = source;
  const replica = source.kind === "endpoint" ? source.replica : undefined;
  const [log, setLog] = useState<LogLines>(noLines);
  const [state, setState] = useState<LogState>({ kind: "following" });
  useEffect(() => {
    const leave = new AbortController();
    const open = (): AsyncIterable<string> => {
      const query = { tail: firstLines, follow: "true" as const };
      const { signal } = leave;
      return kind === "service"
        ? client.getServiceLogs({ params: { id }, query, signal })
        : client.getEndpointLogs({ params: { id }, query: { ...query, replica }, signal });
    };
    void (async () => {
      while (!leave.signal.aborted) {
        try {
          await readOnce(open, leave.signal, setLog, () => setState({ kind: "following" }));
          if (!leave.signal.aborted) setState({ kind: "ended" });
          return;
        } catch (error) {
          if (leave.signal.aborted) return;
          setState({ kind: "lost", message: failureOf(error).message });
          await new Promise((resolve) => setTimeout(resolve, retryMs));
        }
      }
    })();
    return () => leave.abort(new Error("the log is not looked at any more"));
  }, [kind, id, replica, generation]);
  return { log, state };
}

/** Reads until the log ends; tells the page at most once a frame, however fast the log grows. */
async function readOnce(
  open: () => AsyncIterable<string>,
  signal: AbortSignal,
  setLog: (log: LogLines) => void,
  onOpen: () => void,
): Promise<void> {
  let log = noLines;
  let frame: number | undefined;
  const show = (): void => {
    frame = undefined;
    setLog(log);
  };
  try {
    for await (const piece of open()) {
      if (log === noLines) onOpen();
      log = withPiece(log, piece, keptLines);
      frame ??= requestAnimationFrame(show);
    }
  } finally {
    if (frame !== undefined) cancelAnimationFrame(frame);
    if (!signal.aborted && log !== noLines) setLog(log);
  }
}
