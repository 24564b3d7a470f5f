import { ChevronRight } from "lucide-react";
import { Collapsible } from "radix-ui";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure.ts";
import { Field } from "../parts/field.tsx";
import { Select } from "../parts/select.tsx";
import type { ProfileForm } from "./profile-form.ts";

type TextName = Exclude<keyof ProfileForm, "schema" | "runtime">;

interface FieldWords {
  readonly label: string;
  readonly hint?: string;
  readonly placeholder?: string;
  readonly required?: true;
}

const place: Record<"name" | "home" | "cache", Record<ProfileForm["schema"], FieldWords>> = {
  name: {
    local: { label: "Name", hint: "Letters, digits, dots, dashes.", required: true },
    slurm: { label: "Name", hint: "Letters, digits, dots, dashes.", required: true },
  },
  home: {
    local: { label: "Home", hint: "Berth writes here; made when absent.", required: true },
    slurm: {
      label: "Home",
      hint: "On the cluster. Berth writes here; made when absent.",
      placeholder: "~/.berth",
      required: true,
    },
  },
  cache: {
    local: { label: "Cache", hint: "Shared models; must exist, may be read-only.", required: true },
    slurm: {
      label: "Cache",
      hint: "On the cluster. Shared models; must exist, is never written.",
      required: true,
    },
  },
};

const reach: readonly (readonly [TextName, FieldWords])[] = [
  [
    "host",
    {
      label: "Host",
      hint: "The login node, or a name of your ssh config. localhost when Berth runs on it.",
      placeholder: "della.example.edu",
      required: true,
    },
  ],
  ["user", { label: "User", hint: "What the ssh config says when empty." }],
  [
    "sshConfig",
    { label: "ssh config", hint: "A file of this machine, given to ssh -F.", placeholder: "~/.ssh/config" },
  ],
];

const usual: readonly (readonly [TextName, FieldWords])[] = [
  ["partition", { label: "Partition" }],
  ["account", { label: "Account" }],
  ["qos", { label: "QOS" }],
  ["time", { label: "Time", placeholder: "1:00:00" }],
  ["constraint", { label: "Constraint", placeholder: "amd&gpu40" }],
  ["node", { label: "Node.js there", hint: "In place of the one that Berth brings along." }],
  [
    "setup",
    {
      label: "Setup line",
      hint: "Shell that each job begins with.",
      placeholder: "module load apptainer",
    },
  ],
];

const runtimes = [
  { value: "", label: "What the cluster has" },
  { value: "process", label: "None: plain programs" },
  { value: "apptainer", label: "Apptainer" },
  { value: "pyxis", label: "Pyxis (enroot)" },
  { value: "podman", label: "Podman" },
] as const;

/** Radix keeps the empty value for "nothing chosen". */
const noRuntime = "any";

const columns = "grid items-start gap-3.5 sm:grid-cols-2";

/** Whether the form has a field for what the server names; its words then stand there. */
export function knowsField(schema: ProfileForm["schema"], param: string | undefined): boolean {
  const name = fieldName(param);
  if (name === undefined) return false;
  if (name in place) return true;
  return schema === "slurm" && [...reach, ...usual].some(([field]) => field === name);
}

export function ProfileFields({
  form,
  isNew,
  change,
  failure,
}: {
  form: ProfileForm;
  isNew: boolean;
  change: (part: Partial<ProfileForm>) => void;
  failure: Failure | undefined;
}): ReactNode {
  const text = (name: TextName, words: FieldWords): ReactNode => (
    <TextField
      key={name}
      words={words}
      error={fieldName(failure?.param) === name ? failure?.message : undefined}
      value={form[name]}
      onChange={(value) => change({ [name]: value })}
    />
  );
  const cluster = form.schema === "slurm";
  return (
    <>
      {isNew && (
        <div className={columns}>
          <Field label="Kind">
            {(ids) => (
              <Select
                id={ids.id}
                value={form.schema}
                onChange={(schema) => change({ schema: schema as ProfileForm["schema"] })}
                choices={[
                  { value: "local", label: "This machine" },
                  { value: "slurm", label: "A Slurm cluster", note: "Reached by ssh" },
                ]}
              />
            )}
          </Field>
          {text("name", place.name[form.schema])}
        </div>
      )}
      {cluster && <div className={columns}>{reach.map(([name, words]) => text(name, words))}</div>}
      <div className={columns}>
        {text("home", place.home[form.schema])}
        {text("cache", place.cache[form.schema])}
      </div>
      {cluster && (
        <Collapsible.Root defaultOpen={!isNew || usual.some(([name]) => form[name] !== "")}>
          <Collapsible.Trigger className="group inline-flex items-center gap-1 rounded text-ink-2 hover:text-ink">
            <ChevronRight size={14} aria-hidden className="group-data-[state=open]:rotate-90" />
            What each job there asks for, unless its launch says otherwise
          </Collapsible.Trigger>
          <Collapsible.Content className="mt-3 flex flex-col gap-3.5">
            <div className={columns}>
              {usual.map(([name, words]) => text(name, words))}
              <Field label="Container runtime">
                {(ids) => (
                  <Select
                    id={ids.id}
                    value={form.runtime === "" ? noRuntime : form.runtime}
                    onChange={(runtime) => change({ runtime: runtime === noRuntime ? "" : runtime })}
                    choices={runtimes.map(({ value, label }) => ({
                      value: value === "" ? noRuntime : value,
                      label,
                    }))}
                  />
                )}
              </Field>
            </div>
          </Collapsible.Content>
        </Collapsible.Root>
      )}
    </>
  );
}

function TextField({
  words: { label, hint, placeholder, required },
  error,
  value,
  onChange,
}: {
  words: FieldWords;
  error: string | undefined;
  value: string;
  onChange: (value: string) => void;
}): ReactNode {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <input
          {...ids}
          className="field font-mono text-sm"
          required={required === true}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** `spec.home` and `home` are the same field. */
function fieldName(param: string | undefined): string | undefined {
  return param?.split(".").at(-1);
}
