import { useState, type ReactNode } from "react";
import type { FieldProblems } from "../launch/launch-form.ts";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { fieldColumns, LinesInput, TextInput } from "../parts/inputs.tsx";
import { Select } from "../parts/select.tsx";
import { handlerExamples } from "./handler-examples.ts";
import { languageOf, type HandlerForm } from "./handler-form.ts";

const mostBytes = 512 * 1024;

const places: Readonly<
  Record<Exclude<HandlerForm["source"], "text">, { label: string; placeholder: string }>
> = {
  url: { label: "Address", placeholder: "https://example.org/handler.py" },
  path: { label: "Absolute path", placeholder: "/home/ada/handler.py" },
};

/** A function or class of one's own: its file, and what it needs. */
export function HandlerFields({
  form,
  change,
  problems,
}: {
  form: HandlerForm;
  change: (part: Partial<HandlerForm>) => void;
  problems: FieldProblems;
}): ReactNode {
  const isPython = languageOf(form.name) !== "typescript";
  const place = form.source === "text" ? undefined : places[form.source];
  return (
    <div className="flex flex-col gap-3.5 p-3.5">
      <div className={fieldColumns}>
        <Field label="Its file">
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              value={form.source}
              onChange={(source) => change({ source: source as HandlerForm["source"] })}
              choices={[
                { value: "text", label: "goes along", note: "Chosen or written here" },
                { value: "url", label: "is fetched", note: "At each start, by the replica" },
                { value: "path", label: "is there", note: "On the profile's machine" },
              ]}
            />
          )}
        </Field>
        <TextInput
          label={place?.label ?? "Name"}
          placeholder={place?.placeholder}
          value={form.name}
          onChange={(name) => change({ name })}
          error={problems["template.handler.source"]}
        />
      </div>
      {form.source === "text" && <Text form={form} change={change} error={problems["template.handler"]} />}
      <div className={fieldColumns}>
        {isPython && (
          <TextInput
            label="Class or function"
            placeholder="the only one there is"
            value={form.className}
            onChange={(className) => change({ className })}
            error={problems["template.handler.className"]}
          />
        )}
        <LinesInput
          hint="One a line."
          label={isPython ? "Packages of PyPI" : "Packages of npm"}
          placeholder={isPython ? "torch==2.9.0" : "sharp@0.35"}
          value={form.requirements}
          onChange={(requirements) => change({ requirements })}
          error={problems["template.handler.requirements"]}
        />
        <LinesInput
          hint="One a line."
          label="Debian packages"
          placeholder="ffmpeg"
          value={form.systemDependencies}
          onChange={(systemDependencies) => change({ systemDependencies })}
          error={problems["template.handler.systemDependencies"]}
        />
      </div>
    </div>
  );
}

function Text({
  form,
  change,
  error,
}: {
  form: HandlerForm;
  change: (part: Partial<HandlerForm>) => void;
  error: string | undefined;
}): ReactNode {
  const [refused, setRefused] = useState<string>();
  const read = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return;
    const isTooLong = file.size > mostBytes;
    setRefused(
      isTooLong ? `${file.name} is longer than 512 KiB: let it lie there, or be fetched` : undefined,
    );
    if (!isTooLong) change({ name: file.name.replaceAll(/[^\w.-]/g, "_"), text: await file.text() });
  };
  return (
    <>
      <Field label="Choose it" error={refused}>
        {(ids) => (
          <input
            {...ids}
            type="file"
            accept=".py,.ts,.mts,.js,.mjs"
            className="field"
            onChange={(event) => void read(event.target.files?.[0])}
          />
        )}
      </Field>
      <LinesInput
        label="Code"
        rows={form.text === "" ? 4 : 14}
        value={form.text}
        onChange={(text) => change({ text })}
        error={error}
      />
      {form.text === "" && (
        <div className="flex flex-wrap gap-2">
          <Button onClick={() => change({ name: "handler.py", text: handlerExamples["handler.py"] })}>
            Begin with Python
          </Button>
          <Button onClick={() => change({ name: "handler.ts", text: handlerExamples["handler.ts"] })}>
            Begin with TypeScript
          </Button>
        </div>
      )}
    </>
  );
}
