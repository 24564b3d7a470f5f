import { Switch } from "radix-ui";
import { useId, useState, type ReactNode } from "react";
import { Field } from "../parts/field.tsx";
import { readTools, type AnswerSettings } from "./parameters.ts";

/** The system prompt and how answers are made. What is left empty is the engine's own way. */
export function ChatSettingsPanel({
  settings,
  onChange,
}: {
  settings: AnswerSettings;
  onChange: (change: Partial<AnswerSettings>) => void;
}): ReactNode {
  const { systemPrompt, parameters } = settings;
  const change = (part: Partial<AnswerSettings["parameters"]>): void =>
    onChange({ parameters: { ...parameters, ...part } });
  const tools = readTools(parameters.tools);
  return (
    <div className="flex flex-col gap-3.5 p-3.5">
      <Field label="System prompt" hint="Said to the model before everything else.">
        {(ids) => (
          <LazyText
            {...ids}
            rows={4}
            value={systemPrompt}
            onCommit={(text) => onChange({ systemPrompt: text })}
          />
        )}
      </Field>
      <div className="grid grid-cols-2 gap-3">
        <NumberField
          label="Temperature"
          value={parameters.temperature}
          min={0}
          max={2}
          onCommit={(temperature) => change({ temperature })}
        />
        <NumberField
          label="Top p"
          value={parameters.topP}
          min={0}
          max={1}
          onCommit={(topP) => change({ topP })}
        />
        <NumberField
          label="Max tokens"
          value={parameters.maxTokens}
          min={1}
          whole
          onCommit={(maxTokens) => change({ maxTokens })}
        />
        <NumberField label="Seed" value={parameters.seed} whole onCommit={(seed) => change({ seed })} />
      </div>
      <Field label="Stop" hint="One text a line; the answer ends before it.">
        {(ids) => (
          <LazyText
            {...ids}
            rows={2}
            mono
            value={parameters.stop?.join("\n") ?? ""}
            onCommit={(text) => {
              const stop = text.split("\n").filter((line) => line !== "");
              change({ stop: stop.length === 0 ? undefined : stop });
            }}
          />
        )}
      </Field>
      <JsonSwitch
        checked={parameters.json === true}
        onChange={(json) => change({ json: json || undefined })}
      />
      <Field
        label="Tools"
        hint="OpenAI's form, as JSON. Calls are shown as cards; you write the results."
        error={tools.kind === "wrong" ? `Not sent: ${tools.message}` : undefined}
      >
        {(ids) => (
          <LazyText
            {...ids}
            rows={4}
            mono
            placeholder={'[{"name": "weather", "parameters": {…}}]'}
            value={parameters.tools ?? ""}
            onCommit={(text) => change({ tools: text.trim() === "" ? undefined : text })}
          />
        )}
      </Field>
    </div>
  );
}

function JsonSwitch({
  checked,
  onChange,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
}): ReactNode {
  const id = useId();
  return (
    <div className="flex items-center justify-between gap-3">
      <label htmlFor={id} className="text-sm font-[550] text-ink-2">
        JSON mode
        <span className="block font-normal text-ink-3">The answer is one JSON object.</span>
      </label>
      <Switch.Root
        id={id}
        checked={checked}
        onCheckedChange={onChange}
        className="h-5 w-9 shrink-0 rounded-full border border-line-strong bg-sunk p-0.5 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Switch.Thumb className="block size-3.5 rounded-full bg-line-strong data-[state=checked]:translate-x-4 data-[state=checked]:bg-accent-ink" />
      </Switch.Root>
    </div>
  );
}

/** A number that is taken when the field is left, or refused in place. */
function NumberField({
  label,
  value,
  min,
  max,
  whole = false,
  onCommit,
}: {
  label: string;
  value: number | undefined;
  min?: number;
  max?: number;
  whole?: boolean;
  onCommit: (value: number | undefined) => void;
}): ReactNode {
  const [error, setError] = useState<string>();
  const commit = (text: string): void => {
    const number = Number(text);
    if (text.trim() === "") onCommit(undefined);
    else if (!Number.isFinite(number) || (whole && !Number.isSafeInteger(number)))
      return setError(whole ? "a whole number" : "a number");
    else if ((min !== undefined && number < min) || (max !== undefined && number > max))
      return setError(max === undefined ? `at least ${min}` : `${min} to ${max}`);
    else onCommit(number);
    setError(undefined);
  };
  return (
    <Field label={label} error={error}>
      {(ids) => (
        <input
          {...ids}
          key={value ?? ""}
          inputMode="decimal"
          className="field font-mono text-sm"
          placeholder="engine's"
          defaultValue={value ?? ""}
          onBlur={(event) => commit(event.target.value)}
          onKeyDown={(event) => event.key === "Enter" && commit(event.currentTarget.value)}
        />
      )}
    </Field>
  );
}

/** A text that is taken when the field is left: not every letter is worth saving. */
function LazyText({
  value,
  onCommit,
  mono = false,
  ...rest
}: {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": boolean | undefined;
  rows: number;
  value: string;
  placeholder?: string;
  mono?: boolean;
  onCommit: (text: string) => void;
}): ReactNode {
  return (
    <textarea
      {...rest}
      key={value}
      spellCheck={!mono}
      className={`field field-sizing-content max-h-60 ${mono ? "font-mono text-sm" : ""}`}
      defaultValue={value}
      onBlur={(event) => event.target.value !== value && onCommit(event.target.value)}
    />
  );
}
