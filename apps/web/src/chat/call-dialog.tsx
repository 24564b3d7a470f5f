import type { Service } from "@berth/api";
import type { ReactNode } from "react";
import { Dialog } from "../parts/dialogs.tsx";
import { berthAddress, CallIt, portAddress } from "../snippets/call-it.tsx";
import { exampleCall } from "../snippets/example-call.ts";
import { requestParameters } from "./parameters.ts";
import type { ChatSettings } from "./use-chat.ts";

/** How to ask the chosen model from a program, with this chat's own system prompt and parameters. */
export function CallDialog({
  open,
  onClose,
  settings,
  service,
}: {
  open: boolean;
  onClose: () => void;
  settings: ChatSettings;
  service: Service | undefined;
}): ReactNode {
  if (settings.model === undefined) return null;
  const example = exampleCall(settings.model, "text-generation");
  const system = settings.systemPrompt.trim();
  const messages = [
    ...(system === "" ? [] : [{ role: "system", content: system }]),
    ...(example.body["messages"] as readonly object[]),
  ];
  const call = { ...example, body: { messages, ...requestParameters(settings.parameters) } };
  const port = service?.port ?? undefined;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Call ${settings.model}`}
      description="Whole programs, filled in with this chat's settings."
      wide
    >
      <div className="-m-4">
        <CallIt
          call={call}
          addresses={port === undefined ? [berthAddress()] : [berthAddress(), portAddress(port)]}
        />
      </div>
    </Dialog>
  );
}
