import { ArrowDown, ArrowUp, X } from "lucide-react";
import { Fragment, type ReactNode } from "react";
import { IconButton } from "../parts/button.tsx";
import { Picker, type PickerOption } from "../parts/picker.tsx";
import { moved, without, withTarget, type RouteForm, type TargetRow } from "./route-form.ts";

/** Who answers, in groups: a later group is asked only when no target of those before it can answer. */
export function RouteTargetsFields({
  form,
  onChange,
  options,
  problemAt,
}: {
  form: RouteForm;
  onChange: (targets: readonly TargetRow[]) => void;
  options: readonly PickerOption[];
  /** What is wrong with the target at this place. */
  problemAt: (index: number) => string | undefined;
}): ReactNode {
  const { targets, strategy } = form;
  const groups = new Set(targets.map(({ group }) => group)).size;
  return (
    <fieldset>
      <legend className="mb-1 text-sm font-[550] text-ink-2">Targets</legend>
      <ul aria-label="Targets" className="flex flex-col gap-1.5">
        {targets.map((target, index) => (
          <Fragment key={target.id}>
            {groups > 1 && target.group !== targets[index - 1]?.group && (
              <li className="text-xs text-ink-3">
                {target.group === 0 ? "Asked first" : `Then, when those before cannot answer`}
              </li>
            )}
            <li className="flex flex-wrap items-center gap-1.5 rounded-md border border-line py-1 pr-1 pl-2.5">
              <span className="min-w-0 grow basis-40 font-mono text-sm wrap-anywhere">{target.model}</span>
              {strategy === "weighted" && (
                <label className="inline-flex items-center gap-1.5 text-xs text-ink-3">
                  weight
                  <input
                    className="field w-16! font-mono text-sm text-ink"
                    inputMode="decimal"
                    pattern="[0-9]*[.]?[0-9]*"
                    title="a number"
                    placeholder="1"
                    aria-label={`Weight of ${target.model}`}
                    value={target.weight}
                    onChange={(event) =>
                      onChange(
                        targets.map((one) => (one === target ? { ...one, weight: event.target.value } : one)),
                      )
                    }
                  />
                </label>
              )}
              <span className="flex">
                <IconButton
                  label={`Ask ${target.model} earlier`}
                  disabled={moved(targets, target.id, -1) === targets}
                  onClick={() => onChange(moved(targets, target.id, -1))}
                >
                  <ArrowUp size={14} aria-hidden />
                </IconButton>
                <IconButton
                  label={`Ask ${target.model} later`}
                  disabled={moved(targets, target.id, 1) === targets}
                  onClick={() => onChange(moved(targets, target.id, 1))}
                >
                  <ArrowDown size={14} aria-hidden />
                </IconButton>
                <IconButton
                  label={`Take ${target.model} away`}
                  onClick={() => onChange(without(targets, target.id))}
                >
                  <X size={14} aria-hidden />
                </IconButton>
              </span>
              {problemAt(index) !== undefined && (
                <p role="alert" className="basis-full pb-1 text-sm text-bad">
                  {problemAt(index)}
                </p>
              )}
            </li>
          </Fragment>
        ))}
      </ul>
      <div className="mt-1.5">
        <Picker
          compact
          label="Another target"
          placeholder="Add a target …"
          value={undefined}
          onChange={(model) => onChange(withTarget(form, model, crypto.randomUUID()))}
          options={options.filter(({ value }) => !targets.some(({ model }) => model === value))}
          empty={<p>Nothing can be called yet: start a service, or add a provider.</p>}
        />
      </div>
    </fieldset>
  );
}
