/** For scripts that read `tab`-separated words from their input, where values need no quoting: `expand PATH` sets `path`. */
export const expandHome = `
LC_ALL=C; export LC_ALL
tab=$(printf '\\t')
expand() {
  case $1 in
    "~") path=$HOME ;;
    "~/"*) path=$HOME/\${1#??} ;;
    *) path=$1 ;;
  esac
}`;

/** Of `flock`, when somebody else has the lock; it fails with others where there are no locks, or no `flock`. */
export const lockedExit = 99;

/**
 * Takes the lock of the launch directory that the shell is in; the lock ends with the script. `lock` is its exit code:
 * whether somebody else has it still, after a while. Where the file system knows none, or is full, there is none: the job
 * itself sees to it that only one of two goes on. (A special builtin such as `:` would end the shell with its failed
 * redirection.)
 */
export const takeLock = `
lock=0
if true >>lock; then
  exec 9>>lock
  if command -v flock >/dev/null; then flock -w 90 -E ${lockedExit} 9 2>/dev/null; lock=$?; fi
fi`;
