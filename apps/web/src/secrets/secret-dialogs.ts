import { onDemand } from "../parts/on-demand.tsx";

export const SecretDialog = onDemand(async () => (await import("./secret-dialog.tsx")).SecretDialog);
export const PresetDialog = onDemand(async () => (await import("./preset-dialog.tsx")).PresetDialog);
