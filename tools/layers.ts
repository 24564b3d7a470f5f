/** Which workspace may import which, each row with its reason. `layers.test.ts` enforces it; so does pnpm's resolver. */
export interface Layer {
  readonly name: string;
  readonly mayImport: readonly string[] | "anything";
  readonly because: string;
}

const leaf: readonly string[] = [];
const contractAndLeaves = ["api", "std"];

export const layers: readonly Layer[] = [
  { name: "api", mayImport: leaf, because: "the wire contract depends on nobody who speaks it" },
  { name: "std", mayImport: leaf, because: "leaf modules hold no domain word" },
  { name: "testing", mayImport: leaf, because: "doubles of the outside world must not share our mistakes" },
  { name: "demo-model", mayImport: leaf, because: "the model is made from nothing but its own sources" },
  { name: "python-host", mayImport: leaf, because: "it is laid down wherever Python is to run a handler" },
  { name: "client", mayImport: ["api"], because: "browsers and users' programs load it" },
  { name: "worker", mayImport: ["api", "python-host"], because: "it runs inside users' programs" },
  { name: "store", mayImport: contractAndLeaves, because: "remembering knows nothing of deciding" },
  {
    name: "catalog",
    mayImport: contractAndLeaves,
    because: "what can be run is independent of how and where",
  },
  {
    name: "engines",
    mayImport: [...contractAndLeaves, "python-host"],
    because: "how a model is served is independent of where",
  },
  {
    name: "launchers",
    mayImport: contractAndLeaves,
    because: "where a process runs is independent of what it is",
  },
  {
    name: "gateway",
    mayImport: contractAndLeaves,
    because: "requests flow on when the control plane is away",
  },
  {
    name: "summarize",
    mayImport: contractAndLeaves,
    because: "it asks models through a port, and knows neither gateway nor client",
  },
  { name: "jobs", mayImport: ["api", "std", "store"], because: "the queue is durable and nothing else" },
  {
    name: "control",
    mayImport: ["api", "std", "store", "catalog", "engines", "launchers"],
    because: "it decides over all ports, and never carries a request",
  },
  {
    name: "compat",
    mayImport: ["api", "std", "control", "gateway", "jobs"],
    because: "facades translate, they add nothing",
  },
  { name: "skeleton", mayImport: ["std"], because: "it turns a text into texts" },
  {
    name: "cli",
    mayImport: ["api", "client", "skeleton"],
    because: "a person at a terminal is one more client, who begins a handler there",
  },
  { name: "web", mayImport: ["api", "client"], because: "a person at a browser is one more client" },
  {
    name: "runner",
    mayImport: ["api", "std", "catalog", "engines", "worker"],
    because: "it runs alone on any machine: beside an engine, or to see to the models that lie there",
  },
  { name: "server", mayImport: "anything", because: "apps choose the adapters" },
  { name: "e2e", mayImport: "anything", because: "it tests the whole" },
  { name: "bench", mayImport: "anything", because: "it measures the whole" },
];

/** Tests may also import these, whatever their layer: doubles, and the demo model as a fixture. */
export const testsMayImport = ["testing", "demo-model"];

/** Workspaces that choose adapters: only these, and tests, import a package's subpaths of the kind `./adapter`. */
export const choosers = ["server", "runner", "e2e", "bench"];

/** Packages whose root export is a port and whose other exports are adapters. */
export const ports = ["store", "catalog", "engines", "launchers"];

/** Packages that browsers load: no Node built-in in their sources. */
export const browserSafe = ["api", "client", "web"];
