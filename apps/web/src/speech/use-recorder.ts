import { useEffect, useRef, useState } from "react";

/** Audio to be written down: bytes with a name. */
export interface Recording {
  readonly name: string;
  readonly bytes: Blob;
}

export type RecorderState =
  | { readonly kind: "idle" }
  /** The browser asks whether it may. */
  | { readonly kind: "asking" }
  | { readonly kind: "recording"; readonly since: number }
  | { readonly kind: "failed"; readonly reason: string };

export interface Recorder {
  readonly state: RecorderState;
  readonly start: () => void;
  /** Ends the recording, which `onRecorded` then gets. */
  readonly stop: () => void;
}

/** Records from the microphone. The microphone is given back when the recording ends or the page is left. */
export function useRecorder(onRecorded: (recording: Recording) => void): Recorder {
  const [state, setState] = useState<RecorderState>({ kind: "idle" });
  const running = useRef<MediaRecorder>(undefined);
  const left = useRef(false);
  useEffect(() => {
    left.current = false;
    return () => {
      left.current = true;
      if (running.current !== undefined) release(running.current);
    };
  }, []);
  const start = async (): Promise<void> => {
    setState({ kind: "asking" });
    try {
      const recorder = await openMicrophone();
      if (left.current) return release(recorder);
      running.current = recorder;
      const pieces: Blob[] = [];
      recorder.ondataavailable = ({ data }) => void pieces.push(data);
      recorder.onstop = () => {
        release(recorder);
        running.current = undefined;
        if (left.current) return;
        setState({ kind: "idle" });
        onRecorded({
          name: recordingName(recorder.mimeType),
          bytes: new Blob(pieces, { type: recorder.mimeType }),
        });
      };
      recorder.start(1000);
      setState({ kind: "recording", since: Date.now() });
    } catch (error) {
      setState({ kind: "failed", reason: microphoneTrouble(error) });
    }
  };
  return { state, start: () => void start(), stop: () => running.current?.stop() };
}

async function openMicrophone(): Promise<MediaRecorder> {
  // absent on pages that came over plain http from elsewhere
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined) throw new DOMException("no secure context", "SecurityError");
  return new MediaRecorder(await devices.getUserMedia({ audio: true }));
}

function release(recorder: MediaRecorder): void {
  for (const track of recorder.stream.getTracks()) track.stop();
}

/** The file name whose ending says what the browser recorded. */
export function recordingName(mimeType: string): string {
  if (mimeType.includes("mp4")) return "recording.m4a";
  if (mimeType.includes("ogg")) return "recording.ogg";
  return "recording.webm";
}

function microphoneTrouble(error: unknown): string {
  switch (error instanceof DOMException ? error.name : "") {
    case "SecurityError":
      return "The browser lets only https pages, and those of localhost, hear the microphone. Upload a file instead.";
    case "NotAllowedError":
      return "The browser may not use the microphone. Allow it in the address bar, or upload a file.";
    case "NotFoundError":
      return "There is no microphone. Upload a file instead.";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
