import process from 'node:process'
import { main } from '../../dist/main.js'

// A process that runs the built command line again and again, each time as if it had just started: it is sent a folder and arguments, and
// answers with what was written and the exit status.

const emitters = [process, process.stdout, process.stderr]
const listenersOf = (emitter) =>
  emitter.eventNames().flatMap((event) => emitter.listeners(event).map((f) => [event, f]))

/** Remembers the listeners that are there now; the function removes all that came since. */
function rememberListeners() {
  const known = emitters.map((emitter) => new Set(listenersOf(emitter).map(([, listener]) => listener)))
  return () => {
    for (const [i, emitter] of emitters.entries()) {
      for (const [event, listener] of listenersOf(emitter)) {
        if (!known[i].has(listener)) emitter.removeListener(event, listener)
      }
    }
  }
}

/** Keeps what is written to a stream in place of writing it. */
function capture(stream) {
  const parts = []
  stream.write = (part, ...rest) => {
    parts.push(Buffer.from(part))
    const done = rest.at(-1)
    if (typeof done === 'function') process.nextTick(done)
    return true
  }
  return () => Buffer.concat(parts).toString('base64')
}

const environment = { ...process.env }

process.on('message', async ({ cwd, args }) => {
  process.chdir(cwd)
  const removeListeners = rememberListeners()
  const [stdout, stderr] = [capture(process.stdout), capture(process.stderr)]
  const status = await main(args)
  removeListeners()
  process.env = { ...environment }
  process.send({ status, stdout: stdout(), stderr: stderr() })
})
process.on('disconnect', () => process.exit())
