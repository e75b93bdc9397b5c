import type { Declared, Flag } from './declared.js'

const values = (flag: Flag): string => `      ${flag.names.join('|')}) words="${flag.choices.join(' ')}" ;;`

const entry = ({ name, flags, choices }: Declared): string => `    ${name})
      case "$previous" in
${flags
  .filter(({ takesValue }) => takesValue)
  .map(values)
  .join('\n')}
      *) words="${choices.join(' ')}"; flags="${flags.flatMap(({ names }) => names).join(' ')}" ;;
      esac ;;`

/** A script for bash that completes commands, flags and their choices; anything else is a file. */
export const bashCompletion = (commands: readonly Declared[]): string => `# bash completion of slimbed
_slimbed() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" words="" flags=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${commands.map(({ name }) => name).join(' ')}"
    flags="--help --version"
  else
    case "\${COMP_WORDS[1]}" in
${commands.map(entry).join('\n')}
    esac
  fi
  case "$current" in
    -*) words="$flags" ;;
  esac
  [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _slimbed slimbed
`
