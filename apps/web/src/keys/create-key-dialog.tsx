import type { Scope } from "@berth/api";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys, servicesQuery } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Dialog } from "../parts/dialogs.tsx";
import { Field } from "../parts/field.tsx";
import { Notice } from "../parts/notice.tsx";
import { Select } from "../parts/select.tsx";

const daySeconds = 86_400;
const lifetimes = [
  { value: "never", label: "Never" },
  { value: String(daySeconds), label: "In a day" },
  { value: String(30 * daySeconds), label: "In 30 days" },
  { value: String(365 * daySeconds), label: "In a year" },
];

/** Makes a key and shows it once: the server keeps only its hash. */
export function CreateKeyDialog({ open, onClose }: { open: boolean; onClose: () => void }): ReactNode {
  const [made, setMade] = useState<string>();
  const close = (): void => {
    setMade(undefined);
    onClose();
  };
  return (
    <Dialog open={open} onClose={close} title={made === undefined ? "Create a key" : "Copy the key now"}>
      {made === undefined ? (
        <CreateKeyForm onMade={setMade} />
      ) : (
        <div className="flex flex-col gap-3">
          <p className="text-ink-2">It is shown this once. Berth keeps only its hash.</p>
          <p className="flex items-start gap-1 rounded-md border border-line bg-code py-1.5 pr-1 pl-3">
            <span className="grow py-1 font-mono text-sm break-all">{made}</span>
            <CopyButton text={made} what="the key" />
          </p>
          <Button look="primary" className="self-start" onClick={close}>
            Done
          </Button>
        </div>
      )}
    </Dialog>
  );
}

function CreateKeyForm({ onMade }: { onMade: (key: string) => void }): ReactNode {
  const queries = useQueryClient();
  const services = useQuery(servicesQuery).data ?? [];
  const [name, setName] = useState("");
  const [scope, setScope] = useState<Scope>("inference");
  const [models, setModels] = useState("");
  const [lifetime, setLifetime] = useState("never");
  const create = useMutation({
    mutationFn: () => {
      const named = models.split(/[\s,]+/).filter(Boolean);
      return client.createKey({
        body: {
          name: name.trim(),
          scopes: scope === "admin" ? ["admin", "inference"] : ["inference"],
          ...(named.length === 0 ? {} : { models: named }),
          ...(lifetime === "never" ? {} : { expiresInSeconds: Number(lifetime) }),
        },
      });
    },
    onSuccess: ({ key }) => {
      void queries.invalidateQueries({ queryKey: queryKeys.keys });
      onMade(key);
    },
    meta: { toldInPlace: true },
  });
  const failure = create.error === null ? undefined : failureOf(create.error);
  const of = (param: string): string | undefined =>
    failure?.param?.startsWith(param) === true ? failure.message : undefined;
  return (
    <form
      className="flex flex-col gap-3.5"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Field label="Name" error={of("name")} hint="Who or what will use it.">
        {(ids) => (
          <input
            {...ids}
            className="field"
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <Field label="Allows" error={of("scopes")}>
        {(ids) => (
          <Select
            id={ids.id}
            value={scope}
            onChange={(next) => setScope(next as Scope)}
            choices={[
              { value: "inference", label: "Calls to models", note: "Everything under /v1" },
              { value: "admin", label: "Everything", note: "Management too: services, models, keys" },
            ]}
          />
        )}
      </Field>
      {scope === "inference" && (
        <Field
          label="Only these models"
          error={of("models")}
          hint={`Names, parted by blanks; any when empty.${
            services.length > 0
              ? ` Here: ${services
                  .slice(0, 4)
                  .map((one) => one.name)
                  .join(", ")}.`
              : ""
          }`}
        >
          {(ids) => (
            <input
              {...ids}
              className="field font-mono text-sm"
              spellCheck={false}
              value={models}
              onChange={(event) => setModels(event.target.value)}
            />
          )}
        </Field>
      )}
      <Field label="Expires" error={of("expiresInSeconds")}>
        {(ids) => <Select id={ids.id} value={lifetime} onChange={setLifetime} choices={lifetimes} />}
      </Field>
      {failure !== undefined && failure.param === undefined && <Notice look="bad" title={failure.message} />}
      <Button
        type="submit"
        look="primary"
        className="self-start"
        disabled={name.trim() === "" || create.isPending}
      >
        Create it
      </Button>
    </form>
  );
}
