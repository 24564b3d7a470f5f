import { onDemand } from "./on-demand.tsx";

export const Dialog = onDemand(async () => (await import("./dialog.tsx")).Dialog);
export const ConfirmDialog = onDemand(async () => (await import("./dialog.tsx")).ConfirmDialog);
export const Sheet = onDemand(async () => (await import("./sheet.tsx")).Sheet);
