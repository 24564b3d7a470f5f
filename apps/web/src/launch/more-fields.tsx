import type { EngineName } from "@berth/api";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { imageListingQuery } from "../api/queries.ts";
import { imageTitle } from "../images/image-columns.tsx";
import {
  FlagField,
  LinesField,
  NumberField,
  OfferedField,
  TextField,
  type FieldsProps,
} from "./launch-inputs.tsx";
import type { LaunchPlace } from "./launch-place.ts";
import { More } from "../parts/more.tsx";
import { offeredRuntimes, runtimeWords } from "./place-fields.tsx";

const columns = "grid items-start gap-3.5 sm:grid-cols-2";

export const engineWords: readonly (readonly [EngineName, string])[] = [
  ["llama-cpp", "llama.cpp"],
  ["transformers-js", "Transformers.js"],
  ["whisper-cpp", "whisper.cpp"],
  ["vllm", "vLLM"],
  ["tgi", "Text Generation Inference"],
  ["whisper", "Whisper (container)"],
];

/** How the engine is wrapped, what it may read, when it stops. */
export function ContainerFields({ place, ...props }: FieldsProps & { place: LaunchPlace }): ReactNode {
  const images = (useQuery(imageListingQuery).data?.data ?? [])
    .filter((one) => one.profile === place.profile?.name)
    .map((one) => one.path ?? imageTitle(one));
  return (
    <More title="Container, directories, environment">
      <div className={columns}>
        <OfferedField
          {...props}
          name="runtime"
          label="Runtime"
          param="runtime"
          none={
            place.usual.runtime === undefined
              ? "chosen by what is there"
              : `${runtimeWords[place.usual.runtime]} (the profile's)`
          }
          choices={offeredRuntimes(place).map((value) => ({ value, label: runtimeWords[value] }))}
        />
        <TextField
          {...props}
          name="container"
          label="Container image"
          param="container"
          placeholder="the engine's usual one"
          hint="A reference, or the path of a .sif file."
          suggestions={images}
        />
        <NumberField
          {...props}
          name="sharedMemoryGiB"
          label="Shared memory, GiB"
          param="options.sharedMemoryMiB"
        />
        <NumberField
          {...props}
          name="idleMinutes"
          label="Stop when idle, minutes"
          param="idleTimeoutSeconds"
          hint="Without a request for so long; never when empty."
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
      {props.form.kind === "model" && (
        <LinesField
          {...props}
          name="env"
          label="Environment"
          param="env"
          placeholder="NAME=value"
          hint="One NAME=value a line. Values are hidden wherever the service is shown."
        />
      )}
    </More>
  );
}

export function MoreFields(props: FieldsProps): ReactNode {
  return (
    <More title="More options">
      <div className={columns}>
        <NumberField
          {...props}
          name="port"
          label="Port"
          param="port"
          hint="Of its own, on this machine; a free one when empty."
        />
        <TextField
          {...props}
          name="apiKey"
          label="Key of its own"
          param="apiKey"
          type="password"
          hint="Good on its port only. Kept hashed."
        />
        {props.form.kind === "model" && <EngineFields {...props} />}
      </div>
      {props.form.kind === "model" && (
        <div className="flex flex-col gap-2">
          <FlagField {...props} name="disableCustomKernels" label="Without custom CUDA kernels" />
          <FlagField
            {...props}
            name="trustRemoteCode"
            label="Run code from the model's repository"
            hint="Off unless you know who wrote it."
          />
        </div>
      )}
      <FlagField
        {...props}
        name="allowSharedPort"
        label="Allow a shared port"
        hint="Launch although other users of the node could reach the engine's port."
      />
    </More>
  );
}

function EngineFields(props: FieldsProps): ReactNode {
  return (
    <>
      <OfferedField
        {...props}
        name="engine"
        label="Engine"
        param="engine"
        none="chosen by the model's files"
        choices={engineWords.map(([value, label]) => ({ value, label }))}
      />
      <NumberField {...props} name="threads" label="Threads" param="options.threads" />
      <NumberField
        {...props}
        name="maxInputTokens"
        label="Longest prompt, tokens"
        param="options.maxInputTokens"
      />
      <NumberField {...props} name="gpuLayers" label="Layers on the GPU" param="options.gpuLayers" />
      <NumberField
        {...props}
        name="numShard"
        label="GPUs that share the model"
        param="options.numShard"
        placeholder="all it has"
      />
      <NumberField
        {...props}
        name="maxStopSequences"
        label="Stop sequences at most"
        param="options.maxStopSequences"
      />
      <NumberField
        {...props}
        name="maxBatchPrefillTokens"
        label="Prefill tokens a batch"
        param="options.maxBatchPrefillTokens"
      />
      <TextField {...props} name="extra" label="Engine's own options" param="options.extra" />
    </>
  );
}
