import { FileAudio, Mic, Square, Upload } from "lucide-react";
import { useRef, useState, type DragEvent, type ReactNode } from "react";
import { formatPosition } from "../format/position.ts";
import { Button } from "../parts/button.tsx";
import { classNames } from "../parts/class-names.ts";
import { Notice } from "../parts/notice.tsx";
import { useNow } from "../state/now.ts";
import { useRecorder, type Recording } from "./use-recorder.ts";

/** Where the audio comes from: the microphone, a file that is chosen, or one that is dropped here. */
export function AudioSource({
  onAudio,
  disabled,
}: {
  onAudio: (audio: Recording) => void;
  disabled: boolean;
}): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { state, start, stop } = useRecorder(onAudio);
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file !== undefined && !disabled) onAudio({ name: file.name, bytes: file });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={classNames(
        "flex flex-col items-center gap-3 rounded-lg border border-dashed px-4 py-6 text-center",
        over ? "border-accent bg-accent-soft" : "border-line-strong/60",
      )}
    >
      {state.kind === "recording" ? (
        <>
          <Clock since={state.since} />
          <Button look="danger" onClick={stop}>
            <Square size={13} aria-hidden />
            Stop recording
          </Button>
        </>
      ) : (
        <>
          <FileAudio size={22} aria-hidden className="text-ink-3" />
          <div className="flex flex-wrap justify-center gap-2">
            <Button onClick={start} disabled={disabled || state.kind === "asking"}>
              <Mic size={14} aria-hidden />
              {state.kind === "asking" ? "May it listen?" : "Record"}
            </Button>
            <Button onClick={() => input.current?.click()} disabled={disabled}>
              <Upload size={14} aria-hidden />
              Choose a file
            </Button>
          </div>
          <p className="text-sm text-ink-3">or drop one here: wav, mp3, ogg, flac, m4a, webm</p>
        </>
      )}
      <input
        ref={input}
        type="file"
        accept="audio/*,video/webm,video/mp4,.wav,.mp3,.ogg,.opus,.flac,.m4a,.aac,.webm"
        aria-label="Audio file"
        className="sr-only"
        tabIndex={-1}
        onChange={(event) => {
          take(event.target.files);
          // the same file may be chosen again
          event.target.value = "";
        }}
      />
      {state.kind === "failed" && (
        <div className="w-full text-left">
          <Notice look="warn" title={state.reason} />
        </div>
      )}
    </div>
  );
}

function Clock({ since }: { since: number }): ReactNode {
  const seconds = Math.max(0, (useNow() - since) / 1000);
  return (
    <p role="timer" className="text-bad">
      <span aria-hidden className="pulse mr-2">
        ●
      </span>
      Recording <span className="font-mono">{formatPosition(seconds)}</span>
    </p>
  );
}
