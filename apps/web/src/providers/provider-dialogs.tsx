import { onDemand } from "../parts/on-demand.tsx";

export const ProviderDialog = onDemand(async () => (await import("./provider-dialog.tsx")).ProviderDialog);
export const ImportProvidersDialog = onDemand(
  async () => (await import("./import-providers-dialog.tsx")).ImportProvidersDialog,
);
