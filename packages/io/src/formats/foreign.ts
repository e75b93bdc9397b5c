import { begins, type ForeignFormat } from './format.js'

const starting = (refusal: string, ...bytes: number[]): ForeignFormat => ({
  detect: ({ head }) => begins(head, ...bytes),
  refusal
})

const pickle = 'a Python pickle, which can run code: save the matrix as .npy or with save_word2vec_format'

/** Formats that are known by their first bytes and not read. */
export const foreignFormats: readonly ForeignFormat[] = [
  starting('a zip archive (.npz, .pt, .zip): unpack it, or save the matrix as .npy', 0x50, 0x4b, 3, 4),
  starting('a fastText model: give its .vec file', 0xba, 0x16, 0x4f, 0x2f),
  starting('a GGUF model: save the matrix as .safetensors or .npy', 0x47, 0x47, 0x55, 0x46, 3),
  starting('an HDF5 file: save the matrix as .npy', 0x89, 0x48, 0x44, 0x46),
  starting('packed with zstd: unpack it first', 0x28, 0xb5, 0x2f, 0xfd),
  starting('packed with bzip2: unpack it first', 0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59),
  starting('packed with xz: unpack it first', 0xfd, 0x37, 0x7a, 0x58, 0x5a),
  starting('UTF-16 text: save it as UTF-8', 0xff, 0xfe),
  starting('UTF-16 text: save it as UTF-8', 0xfe, 0xff),
  ...[2, 3, 4, 5].map((version) => starting(pickle, 0x80, version))
]
