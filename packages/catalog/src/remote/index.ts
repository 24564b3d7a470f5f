/** Models on another machine: seen, brought and removed by the runner there. */
export type { DemoFile } from "./demo.ts";
export { createRemoteHub, type RemoteHubOptions, type RunAsJob } from "./hub.ts";
export { createListingMemory, type ListingMemory } from "./listing-memory.ts";
export { createRemoteModelSource, type RemoteModelSourceOptions } from "./model-source.ts";
export type { PlaceProcess, RunThere } from "./place-process.ts";
export { createRemoteContainerImages, type RemoteContainerImagesOptions } from "./container-images.ts";
