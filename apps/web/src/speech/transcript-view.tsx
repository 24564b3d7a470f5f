import type { TranscriptionReply } from "@berth/api/openai";
import { Download } from "lucide-react";
import { useEffect, useState, type ReactNode, type RefObject } from "react";
import { formatPosition } from "../format/position.ts";
import { Button } from "../parts/button.tsx";
import { classNames } from "../parts/class-names.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { saveFile } from "../parts/save-file.ts";
import { baseName, plainText, transcriptFiles } from "./transcript-files.ts";

/** What was said and when; a piece that is pressed is played. */
export function TranscriptView({
  reply,
  fileName,
  player,
}: {
  reply: TranscriptionReply;
  /** Of the audio; saved files are named after it. */
  fileName: string;
  player: RefObject<HTMLAudioElement | null>;
}): ReactNode {
  const { segments = [], text } = reply;
  const seconds = usePosition(player);
  const nothing = text.trim() === "" && segments.length === 0;
  return (
    <div>
      {nothing ? (
        <p className="px-3.5 py-4 text-ink-2">Nothing was said in it, as far as the model heard.</p>
      ) : segments.length === 0 ? (
        <p className="px-3.5 py-3 leading-[1.6] wrap-anywhere">{text.trim()}</p>
      ) : (
        <ol aria-label="Transcript" className="py-1.5">
          {segments.map((segment) => {
            const playing = seconds >= segment.start && seconds < segment.end;
            return (
              <li key={segment.id}>
                <button
                  type="button"
                  aria-current={playing ? "time" : undefined}
                  onClick={() => playFrom(player.current, segment.start)}
                  className={classNames(
                    "grid w-full grid-cols-[minmax(4.5ch,auto)_minmax(0,1fr)] items-baseline gap-x-3 px-3.5 py-1 text-left -outline-offset-2",
                    playing ? "bg-accent-soft" : "hover:bg-sunk",
                  )}
                >
                  <span className="text-right font-mono text-xs text-ink-3">
                    {formatPosition(segment.start)}
                  </span>
                  <span className="leading-[1.55] wrap-anywhere">{segment.text.trim()}</span>
                </button>
              </li>
            );
          })}
        </ol>
      )}
      <div className="flex flex-wrap items-center gap-2 border-t border-line px-3.5 py-2.5">
        {transcriptFiles(reply).map((file) => (
          <Button
            key={file.ending}
            onClick={() => saveFile(`${baseName(fileName)}.${file.ending}`, file.type, file.content)}
          >
            <Download size={13} aria-hidden />
            {file.ending}
          </Button>
        ))}
        <CopyButton text={plainText(reply)} what="the transcript" />
      </div>
    </div>
  );
}

/** Where the player is, in seconds, for as long as it plays. */
function usePosition(player: RefObject<HTMLAudioElement | null>): number {
  const [seconds, setSeconds] = useState(-1);
  useEffect(() => {
    const element = player.current;
    if (element === null) return;
    const tell = (): void => setSeconds(element.currentTime);
    element.addEventListener("timeupdate", tell);
    return () => element.removeEventListener("timeupdate", tell);
  }, [player]);
  return seconds;
}

function playFrom(element: HTMLAudioElement | null, seconds: number): void {
  if (element === null) return;
  element.currentTime = seconds;
  // a browser that cannot play this kind of file says so on the player itself
  element.play().catch(() => undefined);
}
