import { describe } from "vitest";
import { labObstacle } from "../lab.ts";
import { networkFaults } from "./network-faults.ts";
import { refusalFaults } from "./refusal-faults.ts";
import { runFaults } from "./run-faults.ts";
import { schedulerFaults } from "./scheduler-faults.ts";
import { serverFaults } from "./server-faults.ts";

/** Those that take a few seconds; `faults.long.test.ts` has them all. */
const quick = [
  "every ssh session is dropped while a service serves",
  "slurmdbd is down from submission to end",
  "slurmd is killed, and started after 5 s",
  "an administrator cancels the Slurm job",
  "the engine takes more memory than the Slurm job has",
  "an unknown partition",
  "an unknown account",
  "a GPU type that is not there",
  "more memory than any node has",
  "a feature that no node has",
  "the home's quota is full",
  "the server is killed at 3 moments of a launch",
  "the server is killed while a service serves, and started again",
];
const all = [...networkFaults(5_000), ...schedulerFaults, ...refusalFaults, ...serverFaults(3)];

describe.skipIf(labObstacle() !== undefined)("what clusters and networks do, quickly", () => {
  const chosen = quick.flatMap((name) => all.find((fault) => fault.name === name) ?? []);
  if (chosen.length !== quick.length) throw new Error("a fault has got another name");
  runFaults(chosen, 300_000);
});
