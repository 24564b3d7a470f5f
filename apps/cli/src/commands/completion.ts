import { Argument, type Command } from "commander";
import type { Cli } from "../cli.ts";
import { completionScripts, type Shell } from "../completion/scripts.ts";
import { addExamples } from "../help.ts";

export function define(command: Command, cli: Cli): void {
  command
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(completionScripts)))
    .action((shell: Shell) => void cli.io.stdout.write(completionScripts[shell]));
  addExamples(command, {
    'eval "$(berth completion bash)"': "in ~/.bashrc",
    'eval "$(berth completion zsh)"': "in ~/.zshrc, after compinit",
    "berth completion fish > ~/.config/fish/completions/berth.fish": "",
  });
}
