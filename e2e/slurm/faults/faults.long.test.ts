import { describe } from "vitest";
import { clockFaults } from "./clock-faults.ts";
import { clockObstacle } from "./laptop-clock.ts";
import { labObstacle } from "../lab.ts";
import { networkFaults } from "./network-faults.ts";
import { refusalFaults } from "./refusal-faults.ts";
import { runFaults } from "./run-faults.ts";
import { schedulerFaults } from "./scheduler-faults.ts";
import { serverFaults } from "./server-faults.ts";

describe.skipIf(labObstacle() !== undefined)("what clusters and networks do", () => {
  runFaults(
    [
      ...networkFaults(600_000),
      ...schedulerFaults,
      ...refusalFaults,
      ...serverFaults(50),
      ...(clockObstacle() === undefined ? clockFaults : []),
    ],
    1_800_000,
  );
});
