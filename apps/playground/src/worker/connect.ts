import { type Remote, wrap } from 'comlink'
import type { Api } from './api.js'

/** Starts the worker in which everything is computed. */
export function connect(): Remote<Api> {
  return wrap<Api>(new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'slimbed' }))
}
