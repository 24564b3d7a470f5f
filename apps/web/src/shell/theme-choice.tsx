import { Monitor, Moon, Sun } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import type { ReactNode } from "react";
import { useStore } from "../state/store.ts";
import { chooseTheme, theme, type Theme } from "./theme.ts";

const choices = [
  { value: "system", label: "As the system", Icon: Monitor },
  { value: "light", label: "Light", Icon: Sun },
  { value: "dark", label: "Dark", Icon: Moon },
] as const;

export function ThemeChoice(): ReactNode {
  const value = useStore(theme);
  return (
    <ToggleGroup.Root
      type="single"
      value={value}
      onValueChange={(next) => next !== "" && chooseTheme(next as Theme)}
      aria-label="Theme"
      className="inline-flex rounded-md border border-line p-0.5"
    >
      {choices.map(({ value: choice, label, Icon }) => (
        <ToggleGroup.Item
          key={choice}
          value={choice}
          aria-label={label}
          title={label}
          className="inline-flex size-6.5 items-center justify-center rounded text-ink-3 hover:text-ink data-[state=on]:bg-panel data-[state=on]:text-ink"
        >
          <Icon size={14} aria-hidden />
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
