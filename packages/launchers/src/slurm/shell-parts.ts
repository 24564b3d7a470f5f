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
