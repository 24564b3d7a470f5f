import type { ReactNode } from "react";
import {
  LinesField,
  NumberField,
  OfferedField,
  TextField,
  type FieldsProps,
} from "../launch/launch-inputs.tsx";
import type { LaunchPlace } from "../launch/launch-place.ts";
import { engineWords } from "../launch/more-fields.tsx";
import { offeredRuntimes, runtimeWords } from "../launch/place-fields.tsx";
import { fieldColumns } from "../parts/inputs.tsx";
import { More } from "../parts/more.tsx";

/** What most leave alone of a replica: its engine, its container, what it may read. */
export function TemplateMore({ place, ...props }: FieldsProps & { place: LaunchPlace }): ReactNode {
  const isModel = props.form.kind === "model";
  return (
    <More title="Engine, container, directories">
      <div className={fieldColumns}>
        {isModel && (
          <OfferedField
            {...props}
            name="engine"
            label="Engine"
            param="engine"
            none="chosen by the model's files"
            choices={engineWords.map(([value, label]) => ({ value, label }))}
          />
        )}
        {isModel && <NumberField {...props} name="threads" label="Threads" param="options.threads" />}
        <OfferedField
          {...props}
          name="runtime"
          label="Runtime"
          param="runtime"
          none="chosen by what is there"
          choices={offeredRuntimes(place).map((value) => ({ value, label: runtimeWords[value] }))}
        />
        <TextField
          {...props}
          name="container"
          label="Container image"
          param="container"
          placeholder="the engine's usual one"
          hint="A reference, or the path of a .sif file."
        />
      </div>
      <LinesField
        {...props}
        name="mounts"
        label="Directories it may read"
        param="mounts"
        placeholder="/data/audio:/input:ro"
        hint="One a line: /directory, /directory:/target, and :ro where nothing may be written."
      />
      {isModel && (
        <LinesField
          {...props}
          name="env"
          label="Environment"
          param="env"
          placeholder="NAME=value"
          hint="One NAME=value a line. What nobody is to read belongs among the secrets."
        />
      )}
    </More>
  );
}
