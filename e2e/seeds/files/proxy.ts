import { start } from "@berth/worker";

const { UPSTREAM = "", LIMIT_MS } = process.env;
const limits =
  LIMIT_MS === undefined ? {} : { responseTimeoutMs: Number(LIMIT_MS), transferTimeoutMs: Number(LIMIT_MS) };

start({
  mode: "proxy",
  baseUrl: UPSTREAM,
  checkStart: async () => (await fetch(`${UPSTREAM}/started`)).ok,
  ...limits,
});
