import { type Artefact, type LoadOptions, load, loadOpen } from '../file/load.js'
import { openHeader } from '../file/load-table.js'
import { safetensorsDataStart } from '../file/safetensors.js'
import { checksums } from '../file/verify.js'
import { type FetchOptions, type FetchProgress, fetchWhole } from './fetch-bytes.js'

/** Options of `loadUrl`. */
export interface LoadUrlOptions extends LoadOptions, FetchOptions {
  readonly progress?: FetchProgress
}

/**
 * Loads a whole artefact from a URL. What has come of it is verified while the rest comes.
 *
 * Rejects as `load` throws, with `not-found` if there is no such file, with `io` if the server fails, breaks off or stalls, and with `aborted`.
 */
export async function loadUrl(url: string | URL, options: LoadUrlOptions = {}): Promise<Artefact> {
  let open: ReturnType<typeof openHeader> | undefined
  let verified = 0
  const file = await fetchWhole(`${url}`, options, (done, total, bytes) => {
    options.progress?.(done, total)
    try {
      if (verified < 0 || !total || done > total) return
      // Each time takes a look at every tensor, of which there may be a million: so not more often than their header is long.
      if (done < total && done < verified + safetensorsDataStart(bytes, total)) return
      open ??= openHeader(bytes, total, options.verify === false ? undefined : checksums)
      open.checks?.checkFile(bytes, verified, done)
      verified = done
    } catch {
      // `load` says why, once all has come.
      verified = -1
    }
  })
  return open && verified === file.length ? loadOpen({ ...open, file }, options) : load(file, options)
}
