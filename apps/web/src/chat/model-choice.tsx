import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { formatCount } from "../format/size.ts";
import { Picker } from "../parts/picker.tsx";
import { ServiceState } from "../services/service-state.tsx";
import type { ModelToCall } from "./models-to-call.ts";

/** Who answers: any model that can be called, with how it stands. */
export function ModelChoice({
  models,
  value,
  onChange,
  label = "Model",
}: {
  models: readonly ModelToCall[];
  value: string | undefined;
  onChange: (name: string) => void;
  label?: string;
}): ReactNode {
  return (
    <Picker
      compact
      label={label}
      placeholder="Choose a model …"
      value={value}
      onChange={onChange}
      options={models.map(({ name, model, status, contextTokens }) => ({
        value: name,
        title: name,
        keywords: model ?? "",
        note: [
          model ?? "any service of this model",
          contextTokens !== undefined && `${formatCount(contextTokens)} tokens of context`,
        ]
          .filter(Boolean)
          .join(" · "),
        ...(status === undefined ? {} : { aside: <ServiceState status={status} /> }),
      }))}
      empty={<p>Nothing runs that could answer.</p>}
      footer={
        <Link to="/services/new" className="text-accent underline underline-offset-2">
          Start another model
        </Link>
      }
    />
  );
}
