import type { Cluster } from "@berth/api";

/** The accounts the user may charge, with what each may ask for. One command of the accounting, none of the scheduler. */
export const accountsCommand =
  'sacctmgr -n -P show user name="$(id -un)" withassoc format=DefaultAccount,Account,QOS';
export const qosCommand = "sacctmgr -n -P show qos format=Name,MaxWall,MaxJobsPU,MaxSubmitPU";

/** The default account first; of an account with several associations (one for each partition), all QOS together. */
export function readAccounts(lines: readonly string[]): NonNullable<Cluster["accounts"]> {
  const accounts = new Map<string, Set<string>>();
  let preferred = "";
  for (const line of lines) {
    const cells = line.split("|");
    const [standard = "", account = "", qos = ""] = cells;
    if (cells.length < 3 || account === "") continue;
    preferred = standard;
    const known = accounts.get(account) ?? new Set();
    for (const name of qos.split(",")) if (name !== "") known.add(name);
    accounts.set(account, known);
  }
  return [...accounts]
    .map(([name, qos]) => ({ name, qos: [...qos].toSorted() }))
    .toSorted((a, b) => Number(b.name === preferred) - Number(a.name === preferred));
}

/** Every QOS there is, with its limits for one user. */
export function readQos(lines: readonly string[]): Cluster["qos"] {
  return lines.flatMap((line) => {
    const cells = line.split("|");
    const [name = "", maxWall = "", maxJobs = "", maxSubmit = ""] = cells;
    if (cells.length < 4 || name === "") return [];
    return [
      {
        name,
        maxWall: maxWall === "" ? null : maxWall,
        maxJobsPerUser: numberOf(maxJobs),
        maxSubmitPerUser: numberOf(maxSubmit),
      },
    ];
  });
}

function numberOf(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

/** Whether the words mean that the cluster keeps no accounts at all, and not that they cannot be read just now. */
export function saysNoAccounting(lines: readonly string[]): boolean {
  return lines.some((line) =>
    /not running a supported accounting|accounting_storage\/none|accounting storage is disabled|command not found|sacctmgr: not found/i.test(
      line,
    ),
  );
}
