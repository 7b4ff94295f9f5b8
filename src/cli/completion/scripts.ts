/**
 * The scripts ask the program itself, so that they fit whatever version is installed. A line of its answer is a value, a
 * tab, a description. Where it answers nothing, the shell offers files.
 */

/**
 * Runs in the bash 3.2 of macOS too. To bash, `:` and `=` end words, so the words are taken from the line itself, and
 * what stands before the last `:` of the word is cut off the answers.
 */
const bash = `
# bedrock-ai at the tab key, for bash
_bedrock_ai() {
  local line="\${COMP_LINE:0:COMP_POINT}" words current value before
  read -ra words <<< "$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  current="\${words[\${#words[@]}-1]}"
  before="\${current%"\${current##*[:=]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r value _; do
    [[ -n $value ]] && COMPREPLY+=("\${value#"$before"}")
  done < <(bedrock-ai complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _bedrock_ai bedrock-ai
`;

const zsh = `
#compdef bedrock-ai
# bedrock-ai at the tab key, for zsh
_bedrock_ai() {
  local -a found
  local value help
  while IFS=$'\\t' read -r value help; do
    [[ -n $value ]] && found+=("\${value//:/\\\\:}\${help:+:$help}")
  done < <(bedrock-ai complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)
  if (( \${#found} )); then _describe -V 'bedrock-ai' found; else _files; fi
}
if [ "$funcstack[1]" = _bedrock_ai ]; then _bedrock_ai "$@"; else compdef _bedrock_ai bedrock-ai; fi
`;

const fish = `
# bedrock-ai at the tab key, for fish
function __bedrock_ai
  set -l words (commandline -opc) (commandline -ct)
  set -l found (bedrock-ai complete -- $words[2..-1] 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c bedrock-ai -f -a '(__bedrock_ai)'
`;

export const scripts: Readonly<Record<'bash' | 'zsh' | 'fish', string>> = { bash, zsh, fish };
