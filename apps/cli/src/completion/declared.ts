import type { Command } from 'commander'

/** A flag as shells complete it. */
export interface Flag {
  /** `--output`, `-o`. */
  readonly names: readonly string[]
  readonly description: string
  /** Whether a value follows. Without choices, it is a file or something that cannot be completed. */
  readonly takesValue: boolean
  readonly choices: readonly string[]
}

/** A command as shells complete it: arguments are files, or one of the choices. */
export interface Declared {
  readonly name: string
  readonly description: string
  readonly flags: readonly Flag[]
  readonly choices: readonly string[]
}

/** The commands of a program as shells complete them; those of a command are choices, and their flags are its own. */
export function declaredIn(program: Command): Declared[] {
  const help = program.createHelp()
  const flagsOf = (command: Command): Flag[] =>
    help.visibleOptions(command).map((option) => ({
      names: [option.long, option.short].filter((name) => name !== undefined),
      description: help.optionDescription(option),
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? []
    }))
  return help.visibleCommands(program).map((command) => {
    const all = [command, ...command.commands].flatMap(flagsOf)
    return {
      name: command.name(),
      description: help.subcommandDescription(command),
      flags: [...new Map(all.map((flag) => [flag.names[0], flag])).values()],
      choices: [
        ...command.commands.map((one) => one.name()),
        ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? [])
      ]
    }
  })
}
