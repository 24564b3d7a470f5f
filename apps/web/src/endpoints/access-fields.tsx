import type { ColdStart, Visibility } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { callableQuery } from "../api/queries.ts";
import type { FieldProblems } from "../launch/launch-form.ts";
import { Field } from "../parts/field.tsx";
import { fieldColumns, TextInput } from "../parts/inputs.tsx";
import { Picker } from "../parts/picker.tsx";
import { Select } from "../parts/select.tsx";
import { coldStartWords, visibilityWords } from "./endpoint-words.ts";

export interface AccessForm {
  readonly description: string;
  readonly visibility: Visibility;
  /** Empty: none. */
  readonly fallback: string;
  readonly coldStart: ColdStart;
}

const nobody = "(nobody)";

/** Who may call it, who answers while it cannot, and what it is for. */
export function AccessFields({
  form,
  change,
  problems,
}: {
  form: AccessForm;
  change: (part: Partial<AccessForm>) => void;
  problems: FieldProblems;
}): ReactNode {
  const models = (useQuery(callableQuery).data ?? []).filter(({ id }) => id.includes("/"));
  return (
    <>
      <TextInput
        label="Description"
        value={form.description}
        onChange={(description) => change({ description })}
        error={problems["description"]}
      />
      <div className={fieldColumns}>
        <Field label="Who may call it" error={problems["visibility"]}>
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              value={form.visibility}
              onChange={(visibility) => change({ visibility: visibility as Visibility })}
              choices={Object.entries(visibilityWords).map(([value, words]) => ({ value, ...words }))}
            />
          )}
        </Field>
        <Field label="Answers while it cannot" error={problems["fallback"]} hint="While no replica is ready.">
          {(ids) => (
            <Picker
              describedBy={ids["aria-describedby"]}
              label="Fallback"
              placeholder="Nobody"
              value={form.fallback === "" ? undefined : form.fallback}
              onChange={(fallback) => change({ fallback: fallback === nobody ? "" : fallback })}
              options={[
                { value: nobody, title: "Nobody", note: "Callers wait" },
                ...models.map(({ id }) => ({ value: id, title: id })),
              ]}
              empty={<p>No other model can be called.</p>}
            />
          )}
        </Field>
        <Field label="While no replica is ready" error={problems["coldStart"]}>
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              value={form.coldStart}
              onChange={(coldStart) => change({ coldStart: coldStart as ColdStart })}
              choices={Object.entries(coldStartWords).map(([value, label]) => ({ value, label }))}
            />
          )}
        </Field>
      </div>
    </>
  );
}
