import type { Service } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState, type ReactNode } from "react";
import { servicesQuery } from "../api/queries.ts";
import { formatBytes } from "../format/size.ts";
import { formatPosition } from "../format/position.ts";
import { formatSpan } from "../format/time.ts";
import { Button, buttonClass } from "../parts/button.tsx";
import { Copyable } from "../parts/copy-button.tsx";
import { Field } from "../parts/field.tsx";
import { Empty, Loading, Notice, Problem } from "../parts/notice.tsx";
import { Card, Page } from "../parts/page.tsx";
import { Picker } from "../parts/picker.tsx";
import { Select } from "../parts/select.tsx";
import { isOver, serviceSigns } from "../services/service-state.tsx";
import { berthAddress, CallIt, portAddress } from "../snippets/call-it.tsx";
import { exampleCall } from "../snippets/example-call.ts";
import { AudioSource } from "./audio-source.tsx";
import { HearingProgress } from "./hearing-progress.tsx";
import { languages } from "./languages.ts";
import { TranscriptView } from "./transcript-view.tsx";
import type { Recording } from "./use-recorder.ts";
import { useTranscription } from "./use-transcription.ts";

/** Writes down what is said: recorded here, or in a file. */
export function TranscribePage(): ReactNode {
  const { data, error, refetch } = useQuery(servicesQuery);
  const listeners = data?.filter((one) => one.task === "automatic-speech-recognition" && !isOver(one.status));
  return (
    <Page title="Transcribe">
      {listeners === undefined ? (
        error === null ? (
          <Card>
            <Loading what="services" />
          </Card>
        ) : (
          <Problem error={error} retry={() => void refetch()} />
        )
      ) : listeners.length === 0 ? (
        <NobodyListens />
      ) : (
        <Desk listeners={listeners} />
      )}
    </Page>
  );
}

function Desk({ listeners }: { listeners: readonly Service[] }): ReactNode {
  const search = useSearch({ from: "/inside/transcribe" });
  const navigate = useNavigate({ from: "/transcribe" });
  const [audio, setAudio] = useState<Recording>();
  const [language, setLanguage] = useState("");
  const transcription = useTranscription();
  const player = useRef<HTMLAudioElement>(null);
  const service =
    listeners.find((one) => one.name === search.model) ??
    listeners.find((one) => one.status === "HEALTHY") ??
    listeners[0];
  if (service === undefined) return null;
  const { state } = transcription;
  const hearing = state.kind === "hearing";
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(320px,5fr)_minmax(0,7fr)] lg:grid-rows-[auto_1fr]">
      <Card>
        <div className="flex flex-col gap-3.5 p-3.5">
          <AudioSource
            disabled={hearing}
            onAudio={(next) => {
              transcription.clear();
              setAudio(next);
            }}
          />
          {audio !== undefined && <Player audio={audio} player={player} />}
          <div className="grid gap-3.5 sm:grid-cols-2">
            <Field label="Model">
              {(ids) => (
                <Select
                  id={ids.id}
                  value={service.name}
                  onChange={(model) => void navigate({ search: { model }, replace: true })}
                  choices={listeners.map(listenerChoice)}
                />
              )}
            </Field>
            <LanguageField value={language} onChange={setLanguage} />
          </div>
          {hearing ? (
            <Button className="self-start" onClick={transcription.stop}>
              Stop
            </Button>
          ) : (
            <Button
              look="primary"
              className="self-start"
              disabled={audio === undefined}
              onClick={() => {
                if (audio !== undefined)
                  transcription.run({
                    audio,
                    model: service.name,
                    language: language === "" ? undefined : language,
                  });
              }}
            >
              Write it down
            </Button>
          )}
        </div>
      </Card>
      <Card
        title="Transcript"
        className="lg:row-span-2"
        aside={state.kind === "done" ? doneWords(state) : undefined}
      >
        {state.kind === "none" && (
          <Empty title="Nothing is written down yet">
            Record something, or choose a file. What is said appears here with its times, to be copied, or
            saved as subtitles.
          </Empty>
        )}
        {hearing && <HearingProgress state={state} />}
        {(state.kind === "failed" || state.kind === "stopped") && (
          <div className="p-3.5">
            <Notice
              look={state.kind === "failed" ? "bad" : "plain"}
              title={state.kind === "failed" ? state.reason : "Stopped by you."}
            />
          </div>
        )}
        {"text" in state && state.text !== "" && (
          <p className="px-3.5 py-3 leading-[1.6] wrap-anywhere">{state.text.trim()}</p>
        )}
        {state.kind === "done" && (
          <TranscriptView reply={state.reply} fileName={audio?.name ?? "recording"} player={player} />
        )}
      </Card>
      <Card title="Call it">
        <CallIt
          call={exampleCall(service.name, service.task)}
          addresses={service.port === null ? [berthAddress()] : [berthAddress(), portAddress(service.port)]}
        />
      </Card>
    </div>
  );
}

function Player({
  audio,
  player,
}: {
  audio: Recording;
  player: React.RefObject<HTMLAudioElement | null>;
}): ReactNode {
  const url = useMemo(() => URL.createObjectURL(audio.bytes), [audio]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return (
    <div className="min-w-0">
      <p className="mb-1 flex flex-wrap justify-between gap-x-3 text-sm text-ink-2">
        <span className="wrap-anywhere">{audio.name}</span>
        <span className="text-ink-3">{formatBytes(audio.bytes.size)}</span>
      </p>
      {/* what is said in it is what the page is there to write down */}
      <audio ref={player} controls src={url} aria-label={`Play ${audio.name}`} className="h-9 w-full" />
    </div>
  );
}

function LanguageField({ value, onChange }: { value: string; onChange: (code: string) => void }): ReactNode {
  const all = useMemo(
    () => languages().map(({ code, name }) => ({ value: code, title: name, keywords: code })),
    [],
  );
  const guess = { value: "", title: "Guess it" };
  return (
    <div>
      <p className="mb-1 text-sm font-[550] text-ink-2">Language</p>
      <Picker
        label="Language"
        placeholder="Guess it"
        value={value}
        onChange={onChange}
        options={[guess, ...all]}
        empty={null}
      />
    </div>
  );
}

function listenerChoice({ name, model, status, profile }: Service) {
  const { shape, word } = serviceSigns[status];
  return { value: name, label: name, note: `${model ?? ""} · ${profile} · ${shape} ${word}` };
}

function doneWords({
  reply: { duration, language },
  tookMs,
}: {
  reply: { duration?: number | undefined; language?: string | undefined };
  tookMs: number;
}): string {
  return [
    language,
    duration === undefined ? undefined : formatPosition(duration),
    `written in ${formatSpan(tookMs)}`,
  ]
    .filter((word) => word !== undefined)
    .join(" · ");
}

function NobodyListens(): ReactNode {
  return (
    <Card>
      <Empty title="Nothing runs that could listen">
        <p>
          A speech-recognition service writes down what is said in audio, with the times. Start one from here,
          or in a terminal:
        </p>
        <p className="mt-3">
          <Copyable text="berth run speech-recognition openai/whisper-small" what="the command" />
        </p>
        <p className="mt-4 flex flex-wrap justify-center gap-2">
          <Link to="/services/new" className={buttonClass("primary")}>
            Start a service
          </Link>
          <Link to="/models/hub" search={{ task: "automatic-speech-recognition" }} className={buttonClass()}>
            Find a model
          </Link>
        </p>
      </Empty>
    </Card>
  );
}
