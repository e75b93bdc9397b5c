import { begins, type Format } from './format.js'

/** Whether bytes begin with a message of a stream: its mark, the length of its metadata, and within these where they begin. */
function isStream(head: Uint8Array): boolean {
  if (head.length < 16 || !begins(head, 0xff, 0xff, 0xff, 0xff)) return false
  const view = new DataView(head.buffer, head.byteOffset, head.length)
  const length = view.getUint32(4, true)
  return length > 0 && length % 8 === 0 && view.getUint32(8, true) < length
}

/** A column of lists of numbers in an Arrow file (Feather 2), or in a stream of Arrow. */
export const arrow: Format<'arrow'> = {
  name: 'arrow',
  detect: ({ head }) => begins(head, 0x41, 0x52, 0x52, 0x4f, 0x57, 0x31, 0, 0) || isStream(head),
  read: async (input, options) => (await import('../arrow/read-arrow.js')).readArrow(input, options)
}
