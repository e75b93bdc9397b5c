import type { Table, Vocabulary } from '@slimbed/runtime'
import { bytesPerElement, packWords } from '@slimbed/runtime/format'
import { walk } from '@slimbed/runtime/kinds'
import { type Entry, makeFile } from './make-file.js'

const bytesOf = (data: ArrayBufferView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const treeOf = ({ kind, config, children }: Table): object => ({
  kind,
  config,
  children: Object.fromEntries(Object.entries(children).map(([name, child]) => [name, treeOf(child)]))
})

/** The file of a table and its words, tensors in order of falling element size. */
export function fileOf(table: Table, words?: Vocabulary): Uint8Array {
  const entries: [string, Entry][] = []
  for (const { path, table: node } of walk(table)) {
    for (const [name, { dtype, shape, data }] of Object.entries(node.tensors)) {
      entries.push([[...path, name].join('.'), { dtype, shape, bytes: bytesOf(data) }])
    }
  }
  if (words) {
    for (const [name, { dtype, shape, data }] of Object.entries(packWords(words))) {
      entries.push([`vocabulary.${name}`, { dtype, shape, bytes: bytesOf(data) }])
    }
  }
  const size = ({ dtype }: Entry) => bytesPerElement[dtype as keyof typeof bytesPerElement]
  entries.sort(([, a], [, b]) => size(b) - size(a))
  return makeFile({ tensors: Object.fromEntries(entries), manifest: { table: treeOf(table) } })
}
