import { type Artefact, type LoadOptions, load } from '../file/load.js'
import { type FetchOptions, type FetchProgress, fetchWhole } from './fetch-bytes.js'

/** Options of `loadUrl`. */
export interface LoadUrlOptions extends LoadOptions, FetchOptions {
  readonly progress?: FetchProgress
}

/**
 * Loads a whole artefact from a URL.
 *
 * Rejects as `load` throws, with `not-found` if there is no such file, with `io` if the server fails, breaks off or stalls, and with `aborted`.
 */
export const loadUrl = async (url: string | URL, options: LoadUrlOptions = {}): Promise<Artefact> =>
  load(await fetchWhole(`${url}`, options, options.progress), options)
