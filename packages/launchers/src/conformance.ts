/**
 * What holds for every launcher, as cases that any test program can run: `for (const { name, run } of
 * launcherConformance) test(name, () => run(place))`.
 */
import { endCases } from "./conformance/end-cases.ts";
import { lifeCases } from "./conformance/life-cases.ts";
import { logCases } from "./conformance/log-cases.ts";
import type { ConformanceCase } from "./conformance/place.ts";

export type { EngineAct } from "./conformance/engine-act.ts";
export type { ConformanceCase, ConformancePlace } from "./conformance/place.ts";

export const launcherConformance: readonly ConformanceCase[] = [...lifeCases, ...endCases, ...logCases];
