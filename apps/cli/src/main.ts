import { CommanderError } from 'commander'
import { exitStatus, isClosedPipe, messageOf, status } from './errors.js'
import { interruptSignal } from './interrupt.js'
import { createProgram } from './program.js'
import { printable } from './text/printable.js'

/** Runs the command line; resolves to the exit status. What went wrong is one line on stderr. */
export async function main(args: readonly string[]): Promise<number> {
  // Failed writes are met where they are made; without listeners they would end the process before.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  const signal = interruptSignal()
  try {
    await createProgram(signal).parseAsync(args, { from: 'user' })
    return status.done
  } catch (error) {
    if (isClosedPipe(error)) return status.done
    // Whatever it was that gave way first, it was told to.
    const interrupted = signal.aborted
    if (error instanceof CommanderError && error.exitCode === 0) return status.done
    process.stderr.write(`slimbed: ${interrupted ? 'interrupted' : printable(messageOf(error))}\n`)
    if (process.env.SLIMBED_DEBUG) console.error(error)
    return interrupted ? status.interrupted : exitStatus(error)
  }
}
