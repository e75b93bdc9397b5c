import { type Artefact, type LoadOptions, load } from '../load.js'
import { type FetchOptions, type FetchProgress, refused, request } from './fetch-bytes.js'

/** Options of `loadUrl`. */
export interface LoadUrlOptions extends LoadOptions, FetchOptions {
  readonly progress?: FetchProgress
}

/**
 * Loads an artefact from a URL, whole.
 *
 * Rejects as `load` throws, and with `not-found` for a URL that is not there, `io` for a server that fails, breaks off or stalls, `aborted`.
 */
export async function loadUrl(url: string | URL, options: LoadUrlOptions = {}): Promise<Artefact> {
  const bytes = await request(`${url}`, {}, options, (incoming) => {
    if (incoming.status !== 200) throw refused(incoming.status)
    return incoming.bytes({}, options.progress)
  })
  return load(bytes, options)
}
