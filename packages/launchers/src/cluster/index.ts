/** What a Slurm cluster has, and whether a profile on it can be used: asked through a `RemoteHost`, sparingly. */
export { ClusterFacts, type ClusterFactsOptions } from "./cluster-facts.ts";
export { prepareSite, type SiteDirectories } from "./prepare-site.ts";
export { SchedulerMeter, schedulerCallsPerMinute } from "./scheduler-meter.ts";
export { checkSite, type CheckSiteOptions } from "./check-site.ts";
export { repairSite, type RepairSiteOptions } from "./repair-site.ts";
