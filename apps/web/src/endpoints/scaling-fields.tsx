import type { Scaling } from "@berth/api";
import type { ReactNode } from "react";
import { Field } from "../parts/field.tsx";
import { fieldColumns, TextInput } from "../parts/inputs.tsx";
import { Select } from "../parts/select.tsx";
import type { FieldProblems } from "../launch/launch-form.ts";
import { rolloutWords, scalingWords } from "./endpoint-words.ts";
import type { ScalingForm } from "./scaling-form.ts";

/** How many replicas there are, and below what that comes to in words. */
export function ScalingFields({
  form,
  change,
  problems,
  scaling,
}: {
  form: ScalingForm;
  change: (part: Partial<ScalingForm>) => void;
  problems: FieldProblems;
  /** What the form says; absent while something is wrong with it. */
  scaling: Scaling | undefined;
}): ReactNode {
  return (
    <>
      <div className={fieldColumns}>
        <TextInput
          label="Always running"
          numeric
          value={form.min}
          onChange={(min) => change({ min })}
          error={problems["scaling.min"]}
          hint="0: nothing runs, and costs nothing, while nobody calls."
        />
        <TextInput
          label="At most"
          numeric
          value={form.max}
          onChange={(max) => change({ max })}
          error={problems["scaling.max"]}
          hint="However much waits."
        />
        <TextInput
          label="Calls a replica is meant to have"
          numeric
          value={form.targetPendingRequests}
          onChange={(targetPendingRequests) => change({ targetPendingRequests })}
          error={problems["scaling.targetPendingRequests"]}
          hint="Waiting or worked on; when there are more, another is started."
        />
        <TextInput
          label="Kept without need, minutes"
          numeric
          value={form.scaledownMinutes}
          onChange={(scaledownMinutes) => change({ scaledownMinutes })}
          error={problems["scaling.scaledownPeriodSeconds"]}
          hint="Longer saves cold starts, shorter saves machines."
        />
        <TextInput
          label="Begun within, seconds"
          numeric
          value={form.queueDelaySeconds}
          onChange={(queueDelaySeconds) => change({ queueDelaySeconds })}
          error={problems["scaling.queueDelaySeconds"]}
          hint="An aim for what waits; no such aim when empty."
        />
        <TextInput
          label="Calls a replica works on at once"
          numeric
          value={form.concurrency}
          onChange={(concurrency) => change({ concurrency })}
          error={problems["scaling.concurrency"]}
          hint="As many as come, when empty."
        />
        <TextInput
          label="Next place after waiting, seconds"
          numeric
          value={form.overflowSeconds}
          onChange={(overflowSeconds) => change({ overflowSeconds })}
          error={problems["scaling.overflowSeconds"]}
          hint="For its turn in a cluster's queue, where several places are given."
        />
        <Field label="A deployment's replicas start" error={problems["scaling.rollout"]}>
          {(ids) => (
            <Select
              id={ids.id}
              describedBy={ids["aria-describedby"]}
              value={form.rollout}
              onChange={(rollout) => change({ rollout: rollout as Scaling["rollout"] })}
              choices={Object.entries(rolloutWords).map(([value, words]) => ({ value, ...words }))}
            />
          )}
        </Field>
      </div>
      {scaling !== undefined && (
        <ul
          aria-label="What that comes to"
          className="list-disc rounded-md border border-line bg-sunk py-2 pr-3 pl-7 text-sm text-ink-2"
        >
          {scalingWords(scaling).map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      )}
    </>
  );
}
