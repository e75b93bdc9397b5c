import { type Artefact, type LoadOptions, load } from '../file/load.js'
import { type FetchOptions, type FetchProgress, fetchWhole } from './fetch-bytes.js'

/** Options of `loadUrl`. */
export interface LoadUrlOptions extends LoadOptions, FetchOptions {
  readonly progress?: FetchProgress
}

/**
 * Loads an artefact from a URL, whole.
 *
 * Rejects as `load` throws, and with `not-found` for a URL that is not there, `io` for a server that fails, breaks off or stalls, `aborted`.
 */
export const loadUrl = async (url: string | URL, options: LoadUrlOptions = {}): Promise<Artefact> =>
  load(await fetchWhole(`${url}`, options, options.progress), options)
