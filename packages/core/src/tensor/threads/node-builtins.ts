/** A thread of `node:worker_threads`, as far as it is used here. */
export interface NodeWorker {
  postMessage(message: unknown, moved: readonly ArrayBufferLike[]): void
  on(event: 'message', listener: (message: unknown) => void): void
  on(event: 'error', listener: (error: Error) => void): void
  on(event: 'exit', listener: (code: number) => void): void
  ref(): void
  unref(): void
  terminate(): Promise<number>
}

interface Builtins {
  'node:worker_threads': {
    Worker: new (url: URL, options: { name: string; workerData: unknown; execArgv: string[] }) => NodeWorker
  }
  'node:os': { availableParallelism(): number }
  'node:process': { on(event: 'exit', listener: () => void): void; off(event: 'exit', listener: () => void): void }
  'node:fs': { existsSync(url: URL): boolean }
}

type NodeProcess = { getBuiltinModule?: <K extends keyof Builtins>(name: K) => Builtins[K] | undefined }

/** A module of Node, undefined elsewhere: not an import, so that bundles for browsers need not know it. */
export function nodeBuiltin<K extends keyof Builtins>(name: K): Builtins[K] | undefined {
  return (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.(name)
}

/** Whether this runs in Node, rather than in a browser. */
export const isNode = (): boolean => nodeBuiltin('node:worker_threads') !== undefined
