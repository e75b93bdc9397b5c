import { Argument, type Command } from 'commander'

/** The shells that there is a script for. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** The name of a shell that there is a script for. */
export type Shell = (typeof shells)[number]

/** Declares `slimbed completion`. */
export const declareCompletion = (program: Command): Command =>
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .summary('print a script that completes commands and flags in a shell')
    .description('Prints a script with which a shell completes commands, flags and their choices.')
    .addHelpText(
      'after',
      `
bash  add to ~/.bashrc:                   eval "$(slimbed completion bash)"
zsh   add to ~/.zshrc, after compinit:    eval "$(slimbed completion zsh)"
fish  once:  slimbed completion fish > ~/.config/fish/completions/slimbed.fish`
    )
