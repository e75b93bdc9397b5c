import { at, type JsonObject, stringAt } from '../check.js'
import { charsmapOf } from '../text/charsmap.js'
import { clustersOf, joiningOf } from '../text/clusters.js'
import type { Normalizer } from './normalizer.js'

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))

/** The most bytes of UTF-8 of characters that are looked up together. */
const mostTogether = 5

const encoder = new TextEncoder()

/** The normalizer of a SentencePiece model: `precompiled_charsmap`, in base64. */
export function precompiled(json: JsonObject, where: string): Normalizer {
  const name = `${where}.precompiled_charsmap`
  const map = charsmapOf(stringAt(at(json, 'precompiled_charsmap') ?? '', name), name)
  // What is printable ASCII mostly stays as it is; the last one before other characters may belong to them.
  const changes = ascii.some((character) => map(character) !== undefined)
  const runs = changes ? /[\s\S]+/gu : /[ -~]?[^ -~]+/gu
  const clusters = clustersOf()
  const joining = joiningOf()
  const each = (text: string) => {
    let result = ''
    for (const character of text) result += map(character) ?? character
    return result
  }
  const together = (cluster: string) => {
    const short = cluster.length > 1 && cluster.length <= mostTogether && encoder.encode(cluster).length <= mostTogether
    return (short ? map(cluster) : undefined) ?? each(cluster)
  }
  return (text) => text.replace(runs, (run) => (joining.test(run) ? run.replace(clusters, together) : each(run)))
}
