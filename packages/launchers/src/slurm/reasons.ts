/** Why a job waits, in plain words with Slurm's own: "other jobs go first (Priority)". */
const words: Readonly<Record<string, string>> = {
  None: "the scheduler has not looked at it yet",
  Priority: "other jobs go first",
  Resources: "waiting for nodes to become free",
  Dependency: "waiting for another job that it depends on",
  DependencyNeverSatisfied: "a job that it depends on can never fulfil its wish: stop it",
  BeginTime: "its start was put off; after a requeue Slurm waits for a moment",
  JobHeldUser: "held by you: scontrol release lets it go",
  JobHeldAdmin: "held by an administrator",
  JobArrayTaskLimit: "the array's limit of running tasks is reached",
  PartitionDown: "its partition is down",
  PartitionInactive: "its partition takes no jobs at the moment",
  PartitionNodeLimit: "it asks for more nodes than the partition allows",
  PartitionTimeLimit: "it asks for more time than the partition allows: ask for less with time",
  PartitionConfig: "it asks for what the partition does not allow",
  AccountNotAllowed: "its account may not use the partition",
  QOSNotAllowed: "its QOS may not be used there",
  ReqNodeNotAvail: "a node that it needs is down, drained or reserved",
  Reservation: "waiting for its reservation to begin",
  ReservationDeleted: "its reservation is gone",
  BadConstraints: "no node has what it asks for: see constraint, gres and memory",
  NodeDown: "a node that it needs is down",
  SystemFailure: "the cluster had a failure",
  JobLaunchFailure: "it could not be launched on its node",
  NonZeroExitCode: "its script ended with an error",
  TimeLimit: "its wall time is over",
  InactiveLimit: "it was idle for too long",
  InvalidAccount: "its account is not valid",
  InvalidQOS: "its QOS is not valid",
  Licenses: "waiting for a licence",
  Prolog: "its node is being prepared",
  Cleaning: "what was before is still being cleaned up",
  Reboot: "a node is starting anew for it",
  PowerUp: "a node is being switched on",
  FrontEndDown: "a front end node is down",
  AssociationJobLimit: "you have as many jobs as your account allows",
  AssociationResourceLimit: "your account's share of the cluster is in use",
  AssociationTimeLimit: "your account's time is used up",
  AssocMaxJobsLimit: "you have as many jobs as your account allows",
  MaxMemPerLimit: "it asks for more memory than is allowed: ask for less",
  JobHoldMaxRequeue: "it was requeued too often and is held: stop it",
  DeadLine: "its deadline has passed",
  "launch failed requeued held":
    "its node could not start it, and Slurm holds it: scontrol release lets it go, or stop it and run it anew",
  "job requeued in special exit state": "it was requeued and is held: scontrol release lets it go",
  "job requeued in held state": "it was requeued and is held: scontrol release lets it go",
};

/** Families whose members are many. */
const families: readonly (readonly [RegExp, string])[] = [
  [/^QOSGrp/, "all jobs of its QOS together have reached a limit"],
  [/^QOSMaxWall/, "it asks for more time than its QOS allows: ask for less with time"],
  [/^QOSMax(?:Jobs|Submit)/, "you have as many jobs in its QOS as are allowed"],
  [/^QOSMax/, "it asks for more than its QOS allows to one user"],
  [/^QOSMin/, "it asks for less than its QOS wants at the least"],
  [/^QOS/, "a limit of its QOS is reached"],
  [/^AssocGrp/, "all jobs of its account together have reached a limit"],
  [/^AssocMaxWall/, "it asks for more time than its account allows: ask for less with time"],
  [/^AssocMax/, "it asks for more than its account allows"],
  [/^Assoc/, "a limit of its account is reached"],
  [/^MaxCpuPer|^MaxTRES|^MaxJobs|^MaxSubmit/, "a limit is reached"],
  [/^Nodes? ?(?:Not|Down)/i, "a node that it needs is not there"],
];

/** `undefined` when Slurm gives no reason. */
export function plainReason(reason: string): string | undefined {
  if (reason === "" || reason === "(null)") return undefined;
  // "ReqNodeNotAvail, UnavailableNodes:g1"
  const [word = ""] = reason.split(/[,(]/, 1);
  const plain = words[reason] ?? words[word.trim()] ?? families.find(([family]) => family.test(word))?.[1];
  return plain === undefined ? reason : `${plain} (${reason})`;
}
