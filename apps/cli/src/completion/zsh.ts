import type { Declared, Flag } from './declared.js'

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

/** Text inside the brackets of a flag, where these and colons have a meaning. */
const described = (text: string): string => text.replace(/[[\]:\\]/g, (character) => `\\${character}`)

function flagSpecs({ names, description, takesValue, choices }: Flag): string[] {
  const value = !takesValue ? '' : choices.length > 0 ? `:value:(${choices.join(' ')})` : ':value:_files'
  // Every flag may be repeated in the script; the command itself refuses those that may not.
  return names.map((name) => quoted(`*${name}[${described(description)}]${value}`))
}

function entry({ name, flags, choices }: Declared): string {
  const rest = choices.length > 0 ? `*:value:(${choices.join(' ')})` : '*:file:_files'
  return `    ${name})
      _arguments -s ${[...flags.flatMap(flagSpecs), quoted(rest)].join(' \\\n        ')} ;;`
}

/** A script for zsh that completes commands, flags and their choices; anything else is a file. */
export const zshCompletion = (commands: readonly Declared[]): string => `#compdef slimbed
# zsh completion of slimbed
_slimbed() {
  local -a commands
  commands=(
${commands.map(({ name, description }) => `    ${quoted(`${name}:${description}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(entry).join('\n')}
  esac
}
compdef _slimbed slimbed
`
