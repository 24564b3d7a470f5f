import { onDemand } from "../parts/on-demand.tsx";

export const LoraDialog = onDemand(async () => (await import("./lora-dialog.tsx")).LoraDialog);
