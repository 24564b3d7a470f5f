import { describe } from "vitest";
import { labObstacle } from "../lab.ts";
import { networkFaults } from "./network-faults.ts";
import { refusalFaults } from "./refusal-faults.ts";
import { runFaults } from "./run-faults.ts";
import { schedulerFaults } from "./scheduler-faults.ts";
import { serverFaults } from "./server-faults.ts";

describe.skipIf(labObstacle() !== undefined)("what clusters and networks do", () => {
  runFaults(
    [...networkFaults(600_000), ...schedulerFaults, ...refusalFaults, ...serverFaults(50)],
    1_800_000,
  );
});
