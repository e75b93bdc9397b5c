import { SlimbedError } from '@slimbed/runtime'
import { createAdapter, type TensorAdapter } from './adapter.js'
import { type Backend, backends } from './backends.js'
import type { Engine } from './engines/engine.js'
import { engines } from './engines/engines.js'
import type { Spread } from './spread/spread.js'
import { isNode } from './threads/node-builtins.js'
import { createRunners, type LocalEngine } from './threads/runners.js'

/** Options of `createTensor`. */
export interface TensorOptions {
  /** `auto`, the default, takes the fastest engine that is present. */
  readonly backend?: Backend | 'auto'
  /**
   * Threads to compute on; by default as many as the machine runs at once. Results do not depend on it. TensorFlow manages its own.
   */
  readonly threads?: number | undefined
  /**
   * Whether threads are started at once, for work that is known to be large. By default they are started once there has been
   * enough work.
   */
  readonly eager?: boolean | undefined
  /** Where the package of an engine lies, as a URL; by default it is imported as any other. */
  readonly locate?: (name: string) => string | undefined
  /** Who does the parts of passes, such as other machines; by default this one does all. */
  readonly spread?: Spread | undefined
  /** Called with one line that says which engine `auto` chose, and which ones it could not use. */
  readonly onNote?: (note: string) => void
}

/** Whether an import failed because the package is not there (as Node or Vite say it), rather than because it does not work here. */
const isAbsent = ({ message }: Error, name: string): boolean =>
  /^(Cannot find (package|module)|Could not resolve) /.test(message) && message.includes(name)

function unusable(backend: Backend, error: unknown): SlimbedError {
  const name = engines[backend].needs
  const failure = error instanceof Error ? error : new Error(String(error))
  const message = isAbsent(failure, name)
    ? `backend ${backend} needs ${name}, which is not installed: npm install ${name}`
    : `backend ${backend}: ${name} does not load here: ${failure.message.split('\n')[0]}`
  return new SlimbedError('missing-package', message, { cause: error })
}

/** The engine of the calling thread, opened once it is needed. Rejects with `missing-package` where it does not work. */
function localEngine(backend: Backend, url: string | undefined): LocalEngine {
  let opened: Promise<Engine> | undefined
  return {
    isOpen: () => opened !== undefined,
    open: () =>
      (opened ??= engines[backend].open(url).catch((error) => {
        throw unusable(backend, error)
      }))
  }
}

async function open(
  backend: Backend,
  { threads: wanted, eager, locate, spread }: TensorOptions
): Promise<TensorAdapter> {
  const entry = engines[backend]
  const url = locate?.(entry.needs)
  const engine = localEngine(backend, url)
  // Whether another one works is seen by opening it. To load tfjs takes as long as to quantize 100 MB, which needs no engine.
  const sure = entry.own && isNode() && 'WebAssembly' in globalThis
  if (!sure) await engine.open()
  return createAdapter(backend, createRunners(backend, engine, { ...entry, url, wanted, eager, spread }))
}

/**
 * The linear algebra of compressors on the engine asked for, or on the fastest one present. Close it when done.
 *
 * Rejects with `missing-package` when the engine's package is absent or does not load, with `bad-option` for a name
 * that is not in `backends`. In Node, `wasm` and `cpu`, which come with this package, are loaded by the first operation that
 * needs them, which then rejects with `missing-package`.
 */
export async function createTensor(options: TensorOptions = {}): Promise<TensorAdapter> {
  const { backend = 'auto', threads, onNote } = options
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new SlimbedError('bad-option', `threads must be a whole number from 1, not ${threads}`)
  }
  if (backend !== 'auto') {
    if (backends.includes(backend)) return open(backend, options)
    throw new SlimbedError('bad-option', `backend must be auto, ${backends.join(', ')}, not "${backend}"`)
  }
  const absent: string[] = []
  const failures: string[] = []
  for (const name of backends) {
    try {
      const tensor = await open(name, options)
      const better = absent.length > 0 ? [`faster with ${absent.join(' or ')}`] : []
      onNote?.([`computing on ${name}, threads: ${tensor.threads}`, ...better, ...failures].join('; '))
      return tensor
    } catch (error) {
      const { message, cause } = error as Error
      if (cause instanceof Error && isAbsent(cause, engines[name].needs)) absent.push(engines[name].needs)
      else failures.push(message)
    }
  }
  throw new SlimbedError('missing-package', `no engine works here: ${[...absent, ...failures].join('; ')}`)
}
