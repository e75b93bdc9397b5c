import type { Declared, Flag } from './declared.js'

const quoted = (text: string): string => `'${text.replace(/['\\]/g, (character) => `\\${character}`)}'`

function flagLine(command: string, { names, description, takesValue, choices }: Flag): string {
  const named = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
  const value = !takesValue ? [] : choices.length > 0 ? [`-xa ${quoted(choices.join(' '))}`] : ['-rF']
  const about = [...named, ...value, `-d ${quoted(description)}`].join(' ')
  return `complete -c slimbed -n '__fish_seen_subcommand_from ${command}' ${about}`
}

function entry({ name, description, flags, choices }: Declared): string[] {
  const seen = `complete -c slimbed -n '__fish_seen_subcommand_from ${name}'`
  return [
    `complete -c slimbed -n __fish_use_subcommand -f -a ${name} -d ${quoted(description)}`,
    ...flags.map((flag) => flagLine(name, flag)),
    ...(choices.length > 0 ? [`${seen} -f -a ${quoted(choices.join(' '))}`] : [])
  ]
}

/** A script for fish that completes commands, flags and their choices; anything else is a file. */
export const fishCompletion = (commands: readonly Declared[]): string =>
  ['# fish completion of slimbed', ...commands.flatMap(entry), ''].join('\n')
