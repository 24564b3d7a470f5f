import type { Profile, ProfileSpec, SlurmFacts } from "@berth/api";
import { clusterFields } from "@berth/api/cluster-fields";

/** What stands in the dialog's fields. */
export interface ProfileForm {
  readonly schema: ProfileSpec["schema"];
  readonly name: string;
  readonly home: string;
  readonly cache: string;
  readonly host: string;
  readonly user: string;
  readonly sshConfig: string;
  readonly partition: string;
  readonly account: string;
  readonly qos: string;
  readonly time: string;
  readonly constraint: string;
  readonly runtime: string;
  readonly setup: string;
  readonly node: string;
}

export const blankProfileForm: ProfileForm = {
  schema: "local",
  name: "",
  home: "",
  cache: "",
  host: "",
  user: "",
  sshConfig: "",
  partition: "",
  account: "",
  qos: "",
  time: "",
  constraint: "",
  runtime: "",
  setup: "",
  node: "",
};

/** The facts of a cluster that may be left out. */
const optionalFacts = clusterFields.filter((field) => field !== "host");

/** The form of a profile as it is. */
export function profileForm({ name, home, cache, slurm }: Profile): ProfileForm {
  const local = { ...blankProfileForm, name, home, cache };
  if (slurm === null) return local;
  const facts = optionalFacts.map((fact) => [fact, slurm[fact] ?? ""] as const);
  return { ...local, schema: "slurm", host: slurm.host, ...Object.fromEntries(facts) };
}

/** The profile that the form describes; what was left empty is left out. */
export function profileSpec(form: ProfileForm): ProfileSpec {
  const { schema, home, cache, host } = form;
  switch (schema) {
    case "local":
      return { schema, home: home.trim(), cache: cache.trim() };
    case "slurm":
      return {
        schema,
        home: home.trim(),
        cache: cache.trim(),
        host: host.trim(),
        ...(Object.fromEntries(given(form)) as Partial<SlurmFacts>),
      };
  }
}

/** What the form says in place of the profile's present values; a field that was emptied takes its value away. */
export function profileChange(form: ProfileForm): Record<string, string | null> {
  const directories = { home: form.home.trim(), cache: form.cache.trim() };
  if (form.schema === "local") return directories;
  const emptied = optionalFacts.map((fact) => [fact, null] as const);
  return { ...directories, host: form.host.trim(), ...Object.fromEntries([...emptied, ...given(form)]) };
}

function given(form: ProfileForm): (readonly [string, string])[] {
  return optionalFacts.map((fact) => [fact, form[fact].trim()] as const).filter(([, value]) => value !== "");
}
