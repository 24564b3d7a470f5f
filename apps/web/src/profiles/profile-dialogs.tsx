import { onDemand } from "../parts/on-demand.tsx";

export const LoginDialog = onDemand(async () => (await import("./login-dialog.tsx")).LoginDialog);
export const ProfileDialog = onDemand(async () => (await import("./profile-dialog.tsx")).ProfileDialog);
