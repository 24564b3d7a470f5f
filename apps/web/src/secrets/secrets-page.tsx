import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, type ReactNode } from "react";
import { Button } from "../parts/button.tsx";
import { Page } from "../parts/page.tsx";
import { plainSearch } from "../state/search.ts";
import { PresetCard } from "./preset-card.tsx";
import { SecretCard } from "./secret-card.tsx";
import { PresetDialog, SecretDialog } from "./secret-dialogs.ts";

/** What endpoints refer to by name: secrets, and sizes of hardware. */
export function SecretsPage(): ReactNode {
  const search = useSearch({ from: "/inside/secrets" });
  const navigate = useNavigate({ from: "/secrets" });
  const change = useCallback(
    (part: Partial<typeof search>) =>
      void navigate({
        search: (before) => plainSearch({ ...before, ...part }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const close = (): void => change({ open: "" });
  return (
    <Page
      title="Secrets"
      actions={
        <>
          <Button onClick={() => change({ open: "preset" })}>Add a hardware preset</Button>
          <Button look="primary" onClick={() => change({ open: "secret" })}>
            Add a secret
          </Button>
        </>
      }
    >
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <SecretCard search={search} change={change} onAdd={() => change({ open: "secret" })} />
        <PresetCard />
      </div>
      <SecretDialog open={search.open === "secret"} onClose={close} />
      <PresetDialog open={search.open === "preset"} onClose={close} />
    </Page>
  );
}
