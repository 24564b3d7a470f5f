import { onDemand } from "../parts/on-demand.tsx";

export const RouteDialog = onDemand(async () => (await import("./route-dialog.tsx")).RouteDialog);
export const ImportRoutesDialog = onDemand(
  async () => (await import("./import-routes-dialog.tsx")).ImportRoutesDialog,
);
