/** Scripts that ask `berth __complete` for candidates: one a line, a tab, what it is; `:files` stands for paths. */
export const completionScripts = {
  bash: `# berth completion for bash: put \`eval "$(berth completion bash)"\` into ~/.bashrc
_berth() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default
      return
    fi
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(berth __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _berth berth
`,
  zsh: `#compdef berth
# berth completion for zsh: put \`eval "$(berth completion zsh)"\` into ~/.zshrc, after compinit
_berth() {
  local line
  local -a candidates
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      _files
      return
    fi
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(berth __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe berth candidates
}
compdef _berth berth
`,
  fish: `# berth completion for fish: berth completion fish > ~/.config/fish/completions/berth.fish
function __berth_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  for line in (berth __complete -- $before[2..-1] "$current" 2>/dev/null)
    if test "$line" = ":files"
      __fish_complete_path "$current"
    else
      echo $line
    end
  end
end
complete -c berth -f -a "(__berth_complete)"
`,
} as const;

export type Shell = keyof typeof completionScripts;
