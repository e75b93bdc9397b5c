import { inspect } from 'node:util'
import { CommanderError } from 'commander'
import { createProgram } from './program.js'
import { exitStatus, isClosedPipe, messageOf, status } from './session/errors.js'
import { interruptSignal } from './session/interrupt.js'
import { printable, printableLines } from './show/text/printable.js'

/** Shows the error in one line; resolves to the exit status. */
function report(error: unknown, interrupted: boolean): number {
  if (isClosedPipe(error)) return status.done
  if (error instanceof CommanderError) return exitStatus(error)
  // Any error after an interruption is a consequence of it.
  process.stderr.write(`slimbed: ${interrupted ? 'interrupted' : printable(messageOf(error))}\n`)
  if (process.env.SLIMBED_DEBUG) process.stderr.write(`${printableLines(inspect(error))}\n`)
  return interrupted ? status.interrupted : exitStatus(error)
}

/** Runs the command line; resolves to the exit status. An error is one line on stderr. */
export async function main(args: readonly string[]): Promise<number> {
  // Failed writes are handled where they are made. Without listeners they would end the process before that.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  const signal = interruptSignal()
  process.on('uncaughtException', (error) => process.exit(report(error, signal.aborted)))
  try {
    await createProgram(signal, args).parseAsync(args, { from: 'user' })
    return status.done
  } catch (error) {
    return report(error, signal.aborted)
  }
}
