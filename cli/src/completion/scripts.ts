// Owns the script of each shell that asks `timbre` what may stand at the cursor.

export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/** Where there is nothing to offer, the shell offers files. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_timbre() {
  local IFS=$'\\n'
  COMPREPLY=($(timbre complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -o bashdefault -F _timbre timbre
`,
  zsh: `#compdef timbre
_timbre() {
  local -a found
  found=("\${(@f)$(timbre complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null | sed -e 's/:/\\\\:/g' -e 's/\\t/:/')}")
  if [[ -n "$found" ]]; then _describe 'timbre' found; else _files; fi
}
if [[ "$funcstack[1]" = "_timbre" ]]; then _timbre "$@"; else compdef _timbre timbre; fi
`,
  fish: `function __timbre_complete
  set -l words (commandline -opc)
  set -l found (timbre complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c timbre -f -a '(__timbre_complete)'
`,
}
