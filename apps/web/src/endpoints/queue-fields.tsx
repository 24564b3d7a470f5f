import type { ReactNode } from "react";
import type { FieldProblems } from "../launch/launch-form.ts";
import { CheckBox, fieldColumns, TextInput } from "../parts/inputs.tsx";
import type { QueueForm } from "./scaling-form.ts";

type TextName = { [K in keyof QueueForm]: QueueForm[K] extends string ? K : never }[keyof QueueForm];

const fields: readonly {
  readonly name: TextName;
  readonly param: string;
  readonly label: string;
  readonly hint: string;
}[] = [
  {
    name: "ttlHours",
    param: "queue.ttlSeconds",
    label: "Given up after, hours",
    hint: "Since it was submitted, wherever it is then.",
  },
  {
    name: "executionTimeoutMinutes",
    param: "queue.executionTimeoutSeconds",
    label: "An attempt may take, minutes",
    hint: "Then it is ended and counts as timed out.",
  },
  {
    name: "maxAttempts",
    param: "queue.maxAttempts",
    label: "Attempts",
    hint: "Those whose worker was lost count too.",
  },
  {
    name: "limit",
    param: "queue.limit",
    label: "May wait, jobs",
    hint: "More of them are refused.",
  },
  {
    name: "limitPerKey",
    param: "queue.limitPerKey",
    label: "Of one key, jobs",
    hint: "Its owner's keys may have as many as wait.",
  },
  {
    name: "limitGiB",
    param: "queue.limitBytes",
    label: "Of inputs, GiB",
    hint: "Of all jobs that wait, together.",
  },
  {
    name: "maxPriority",
    param: "queue.maxPriority",
    label: "Highest priority of callers",
    hint: "Its owner's keys may ask for any.",
  },
  {
    name: "retentionHours",
    param: "queue.retentionSeconds",
    label: "Kept after its end, hours",
    hint: "With its input and its result.",
  },
  {
    name: "deadLetterDays",
    param: "queue.deadLetterSeconds",
    label: "Kept as a dead letter, days",
    hint: "When all its attempts failed.",
  },
  {
    name: "leaseSeconds",
    param: "queue.leaseSeconds",
    label: "A worker may be silent, seconds",
    hint: "Then its jobs are queued again.",
  },
];

/** How an endpoint's jobs are kept and tried. */
export function QueueFields({
  form,
  change,
  problems,
}: {
  form: QueueForm;
  change: (part: Partial<QueueForm>) => void;
  problems: FieldProblems;
}): ReactNode {
  return (
    <>
      <div className={fieldColumns}>
        {fields.map(({ name, param, label, hint }) => (
          <TextInput
            key={name}
            label={label}
            numeric
            hint={hint}
            value={form[name]}
            onChange={(value) => change({ [name]: value })}
            error={problems[param]}
          />
        ))}
      </div>
      <CheckBox
        label="Try again what a handler itself failed"
        hint="Otherwise only what was lost or took too long is tried again."
        checked={form.retriesFailures}
        onChange={(retriesFailures) => change({ retriesFailures })}
      />
      <CheckBox
        label="Callers may ask for less time and attempts than these, and not for more"
        hint="Its owner's keys may ask for any."
        checked={form.boundsCallers}
        onChange={(boundsCallers) => change({ boundsCallers })}
      />
    </>
  );
}
