import type { Command } from 'commander'
import { bashCompletion } from '../completion/bash.js'
import { declaredIn } from '../completion/declared.js'
import { fishCompletion } from '../completion/fish.js'
import { zshCompletion } from '../completion/zsh.js'
import type { Shell } from '../flags/completion.js'
import { print } from '../session/session.js'

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** Prints a script for a shell: `slimbed completion`. */
export const completionCommand = (shell: Shell, program: Command): Promise<void> =>
  print(scripts[shell](declaredIn(program)).trimEnd())
