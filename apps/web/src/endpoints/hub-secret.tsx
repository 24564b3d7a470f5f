import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Field } from "../parts/field.tsx";
import { Select } from "../parts/select.tsx";
import { secretsQuery } from "../secrets/secret-queries.ts";

const none = "(none)";

/** Which stored secret the hub is asked with for the model. */
export function HubSecret({
  value,
  onChange,
}: {
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  const names = [...new Set(useQuery(secretsQuery).data?.map(({ name }) => name))];
  return (
    <Field label="Hub token" hint="For a model that only some may download.">
      {(ids) => (
        <Select
          id={ids.id}
          describedBy={ids["aria-describedby"]}
          value={value === "" ? none : value}
          onChange={(secret) => onChange(secret === none ? "" : secret)}
          choices={[
            { value: none, label: "the server's own, if it has one" },
            ...[...new Set([...names, value])].filter(Boolean).map((name) => ({
              value: name,
              label: names.includes(name) ? name : `${name} (not stored)`,
            })),
          ]}
        />
      )}
    </Field>
  );
}
