import type { Cluster, Partition } from "@berth/api";
import { wallTimeSeconds } from "@berth/api/wall-time";
import type { ReactNode } from "react";
import { formatCount, formatMiB } from "../format/size.ts";
import { wallTimeInWords } from "../format/wall-time.ts";
import { classNames } from "../parts/class-names.ts";
import type { Choice } from "../parts/select.tsx";
import { NodeBar } from "../profiles/node-bar.tsx";
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
import { toggleFeature } from "./slurm-form.ts";

const columns = "grid items-start gap-3.5 sm:grid-cols-2";

/** What to ask the scheduler for, from what it has at the moment. Typed by hand while it cannot be asked. */
export function SlurmFields({ place, ...props }: FieldsProps & { place: LaunchPlace }): ReactNode {
  const { form } = props;
  const { cluster, partition, usual } = place;
  return (
    <fieldset className="flex flex-col gap-3.5 border-t border-line p-3.5">
      <legend className="sr-only">The job</legend>
      <div className={columns}>
        <OfferedField
          {...props}
          name="partition"
          label="Partition"
          param="resources.partition"
          none={partitionNone(usual.partition, cluster)}
          choices={cluster?.partitions.map(partitionChoice)}
        />
        <TextField
          {...props}
          name="time"
          label="Time"
          param="resources.time"
          placeholder={usual.time ?? partition?.defaultTime ?? "1:00:00"}
          hint={timeHint(form.time, partition)}
        />
        <OfferedField
          {...props}
          name="gpuType"
          label="GPU type"
          none="any"
          choices={partition === undefined ? undefined : gpuChoices(partition)}
        />
        <NumberField
          {...props}
          name="gpuCount"
          label="GPUs a node"
          param="resources.gres"
          placeholder={form.gpuType === "" ? "0" : "1"}
          hint={gpuHint(form.gpuType, partition)}
        />
      </div>
      {partition !== undefined && <NodeBar nodes={partition.nodes} />}
      <FlagField
        {...props}
        name="renew"
        label="Renew it"
        hint="Before its time is over a successor is submitted, which takes over without a gap."
      />
      <More title="More for the scheduler">
        <div className={columns}>
          <NumberField
            {...props}
            name="memoryGiB"
            label="Memory a node, GiB"
            param="resources.memoryMiB"
            hint={
              partition?.memoryMiBPerNode == null
                ? undefined
                : `The largest node of ${partition.name} has ${formatMiB(partition.memoryMiBPerNode)}.`
            }
          />
          <NumberField
            {...props}
            name="ntasksPerNode"
            label="Tasks a node"
            param="resources.ntasksPerNode"
            hint="Processor cores, where the site gives one to a task."
          />
          <NumberField {...props} name="nodes" label="Nodes" param="resources.nodes" placeholder="1" />
          <OfferedField
            {...props}
            name="account"
            label="Account"
            param="resources.account"
            none={usual.account ?? "the cluster's default"}
            choices={cluster?.accounts?.map(({ name }) => ({ value: name, label: name }))}
          />
          <OfferedField
            {...props}
            name="qos"
            label="QOS"
            param="resources.qos"
            none={usual.qos ?? "the cluster's default"}
            choices={cluster === undefined ? undefined : qosChoices(form.account, cluster)}
          />
          <TextField
            {...props}
            name="exclude"
            label="Nodes to avoid"
            param="resources.exclude"
            placeholder="g[1-4],c7"
          />
          <TextField {...props} name="reservation" label="Reservation" param="resources.reservation" />
        </div>
        <Constraint {...props} features={partition?.features ?? []} usual={usual.constraint} />
        <LinesField
          {...props}
          name="sbatch"
          label="Options of sbatch"
          param="resources.sbatch"
          placeholder="--mail-type=END"
          hint="One a line, each as sbatch takes it. Those that Berth sets itself are refused."
        />
      </More>
    </fieldset>
  );
}

function Constraint({
  features,
  usual,
  ...props
}: FieldsProps & { features: readonly string[]; usual: string | undefined }): ReactNode {
  const { form, change } = props;
  const chosen = form.constraint.split("&");
  return (
    <div>
      <TextField
        {...props}
        name="constraint"
        label="Constraint"
        param="resources.constraint"
        placeholder={usual ?? "amd&gpu40"}
        hint="Features that the node must have, joined by & or |."
      />
      {features.length > 0 && (
        <div role="group" aria-label="Features that nodes have" className="mt-1.5 flex flex-wrap gap-1.5">
          {features.map((feature) => (
            <button
              key={feature}
              type="button"
              aria-pressed={chosen.includes(feature)}
              onClick={() => change({ constraint: toggleFeature(form.constraint, feature) })}
              className={classNames(
                "rounded border px-2 py-0.5 font-mono text-xs",
                chosen.includes(feature)
                  ? "border-accent bg-accent-soft text-accent"
                  : "border-line-strong/60 text-ink-2 hover:bg-sunk",
              )}
            >
              {feature}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function partitionNone(usual: string | undefined, cluster: Cluster | undefined): string {
  if (usual !== undefined) return `${usual} (the profile's)`;
  const own = cluster?.partitions.find((one) => one.isDefault)?.name;
  return own === undefined ? "the cluster's default" : `${own} (the cluster's default)`;
}

function partitionChoice({ name, nodes, gpus, maxTime, state }: Partition): Choice {
  const gpuWords = gpus.map(({ type, free }) => `${free} ${type ?? "GPU"} free`);
  return {
    value: name,
    label: state.toLowerCase() === "up" ? name : `${name} (${state.toLowerCase()})`,
    note: [
      `${formatCount(nodes.idle)} idle, ${formatCount(nodes.mixed)} partly used of ${formatCount(nodes.total)} nodes`,
      ...gpuWords,
      maxTime === null ? undefined : `at most ${wallTimeInWords(maxTime)}`,
    ]
      .filter((word) => word !== undefined)
      .join(" · "),
  };
}

function gpuChoices({ gpus }: Partition): Choice[] {
  return gpus.flatMap(({ type, free, total }) =>
    type === null ? [] : [{ value: type, label: `${type} · ${free} of ${total} free` }],
  );
}

function gpuHint(type: string, partition: Partition | undefined): string | undefined {
  if (partition === undefined) return undefined;
  if (partition.gpus.length === 0) return `${partition.name} has none.`;
  const kinds = partition.gpus.filter((one) => type === "" || one.type === type);
  const free = kinds.reduce((sum, one) => sum + one.free, 0);
  return `${formatCount(free)} ${type === "" ? "" : `${type} `}free at the moment.`;
}

function qosChoices(account: string, { accounts, qos }: Cluster): Choice[] {
  const own = accounts?.find((one) => account === "" || one.name === account)?.qos;
  return qos
    .filter((one) => own === undefined || own.includes(one.name))
    .map(({ name, maxWall }) => ({
      value: name,
      label: name,
      note: maxWall === null ? undefined : `at most ${wallTimeInWords(maxWall)}`,
    }));
}

function timeHint(text: string, partition: Partition | undefined): string {
  const asked = wallTimeSeconds(text.trim()) === undefined ? undefined : `${wallTimeInWords(text.trim())}.`;
  const limit =
    partition?.maxTime == null
      ? undefined
      : `At most ${wallTimeInWords(partition.maxTime)} in ${partition.name}.`;
  return (
    [asked, limit].filter((word) => word !== undefined).join(" ") || "Minutes, or hours:minutes:seconds."
  );
}
