import { readSafetensors } from '../safetensors/read-table.js'
import { writeSafetensors } from '../safetensors/write-table.js'
import { begins, type Format } from './format.js'

/** One matrix among named tensors. */
export const safetensors: Format<'safetensors'> = {
  name: 'safetensors',
  // The length of a header is below 100 MB, so its upper four bytes are zero.
  detect: ({ head }) => head[8] === 0x7b && begins(head.subarray(4), 0, 0, 0, 0),
  read: readSafetensors,
  write: writeSafetensors
}
