import { onDemand } from "../parts/on-demand.tsx";

export const RenameDialog = onDemand(async () => (await import("./rename-dialog.tsx")).RenameDialog);
export const PauseQuestion = onDemand(async () => (await import("./endpoint-questions.tsx")).PauseQuestion);
export const DeleteQuestion = onDemand(async () => (await import("./endpoint-questions.tsx")).DeleteQuestion);
export const RollbackQuestion = onDemand(
  async () => (await import("./rollback-question.tsx")).RollbackQuestion,
);
