import { onDemand } from "../parts/on-demand.tsx";

export const KeyDialog = onDemand(async () => (await import("./key-dialog.tsx")).KeyDialog);
