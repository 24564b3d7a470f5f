import type { ImportProviders, ProviderImport } from "@berth/api";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { TextInput } from "../parts/inputs.tsx";
import { Notice } from "../parts/notice.tsx";
import { State, type Tone } from "../parts/state.tsx";

/** Takes over what an h2oGPT was started with: first tells what would be added, then adds it. */
export function ImportProvidersDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title="Import from an h2oGPT"
      description="Its model_lock, and the keys of its callers. What is there already is left as it is."
    >
      <ImportForm onDone={onClose} />
    </Dialog>
  );
}

function ImportForm({ onDone }: { onDone: () => void }): ReactNode {
  const queries = useQueryClient();
  const [modelLock, setModelLock] = useState("");
  const [visibleModels, setVisibleModels] = useState("");
  const [apiKeys, setApiKeys] = useState("");
  const take = useMutation({
    mutationFn: (dryRun: boolean) => {
      const said: ImportProviders = {
        ...(modelLock.trim() === "" ? {} : { modelLock }),
        ...(visibleModels.trim() === "" ? {} : { visibleModels }),
        ...(apiKeys === "" ? {} : { apiKeys }),
      };
      return client.importProviders({ body: { ...said, dryRun } });
    },
    onSuccess: (_, dryRun) => {
      if (dryRun) return;
      void queries.invalidateQueries({ queryKey: queryKeys.providers });
      void queries.invalidateQueries({ queryKey: queryKeys.keys });
    },
    meta: { toldInPlace: true },
  });
  const failure = take.error === null ? undefined : failureOf(take.error);
  const wasDry = take.variables === true;
  // what was told is of what stood in the fields then
  const change = (set: (value: string) => void) => (value: string) => {
    set(value);
    take.reset();
  };
  const nothing = modelLock.trim() === "" && apiKeys === "";
  return (
    <div className="flex flex-col gap-3.5">
      <Field
        label="model_lock"
        hint="As a Python literal or JSON, as it stands on its command line or in its file."
      >
        {(ids) => (
          <textarea
            {...ids}
            rows={5}
            spellCheck={false}
            className="field font-mono text-sm"
            placeholder={'[{"inference_server": "vllm_chat:192.168.1.46:5000", "base_model": "meta/llama"}]'}
            value={modelLock}
            onChange={(event) => change(setModelLock)(event.target.value)}
          />
        )}
      </Field>
      <TextInput
        label="visible_models"
        placeholder="['llama', 'gpt-4o']"
        hint="Which of them to take; all when empty."
        value={visibleModels}
        onChange={change(setVisibleModels)}
      />
      <Field label="h2ogpt_api_keys.json" hint="Its callers go on with the keys they have.">
        {(ids) => (
          <input
            {...ids}
            type="file"
            accept="application/json,.json"
            className="field"
            onChange={(event) =>
              void (event.target.files?.[0]?.text() ?? Promise.resolve("")).then(change(setApiKeys))
            }
          />
        )}
      </Field>
      {failure !== undefined && <Notice look="bad" title={failure.message} />}
      {take.data !== undefined && <Told told={take.data} isDry={wasDry} />}
      <div className="flex flex-wrap gap-2">
        {take.data === undefined || wasDry ? (
          <>
            <Button disabled={nothing || take.isPending} onClick={() => take.mutate(true)}>
              {take.isPending && wasDry ? "Looking …" : "What would be added?"}
            </Button>
            <Button
              look="primary"
              disabled={take.data === undefined || take.isPending}
              onClick={() => take.mutate(false)}
            >
              Take it over
            </Button>
          </>
        ) : (
          <Button look="primary" onClick={onDone}>
            Done
          </Button>
        )}
      </div>
    </div>
  );
}

type Outcome = ProviderImport["providers"][number]["outcome"];

const signs: Readonly<
  Record<
    Outcome,
    { readonly tone: Tone; readonly shape: string; readonly word: string; readonly dry: string }
  >
> = {
  added: { tone: "ok", shape: "●", word: "Added", dry: "Would add" },
  exists: { tone: "off", shape: "■", word: "Kept", dry: "Kept" },
  failed: { tone: "bad", shape: "✕", word: "Not added", dry: "Cannot add" },
};

function Told({
  told: { providers, keys, ignored },
  isDry,
}: {
  told: ProviderImport;
  isDry: boolean;
}): ReactNode {
  const lines = [
    ...providers.map(({ name, kind, models, outcome, message }) => ({
      what: `provider ${name}`,
      outcome,
      more: [kind, models.join(", "), message],
    })),
    ...keys.map(({ name, outcome, message }) => ({ what: `key ${name}`, outcome, more: [message] })),
  ];
  return (
    <ul aria-label={isDry ? "What would be added" : "What was added"} className="border-y border-line">
      {lines.map(({ what, outcome, more }) => {
        const { tone, shape, word, dry } = signs[outcome];
        return (
          <li key={what} className="grid grid-cols-[104px_minmax(0,1fr)] gap-x-3 py-1">
            <State tone={tone} shape={shape} word={isDry ? dry : word} />
            <span className="wrap-anywhere">
              {what}
              <span className="block text-sm text-ink-3">{more.filter(Boolean).join(" · ")}</span>
            </span>
          </li>
        );
      })}
      {ignored.map(({ what, reason }) => (
        <li key={`${what} ${reason}`} className="grid grid-cols-[104px_minmax(0,1fr)] gap-x-3 py-1">
          <State tone="off" shape="○" word="Ignored" />
          <span className="wrap-anywhere">
            {what}
            <span className="block text-sm text-ink-3">{reason}</span>
          </span>
        </li>
      ))}
      {lines.length + ignored.length === 0 && <li className="py-1 text-ink-2">There is nothing in it.</li>}
    </ul>
  );
}
