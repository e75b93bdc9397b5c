import { readNpy } from '../binary/read-npy.js'
import { writeNpy } from '../binary/write-npy.js'
import { begins, type Format } from './format.js'

/** A matrix as NumPy saves it, without words. */
export const npy: Format<'npy'> = {
  name: 'npy',
  detect: ({ head }) => begins(head, 0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59),
  read: readNpy,
  write: writeNpy
}
