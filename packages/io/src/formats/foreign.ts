import { begins, type ForeignFormat } from './format.js'
import { isTar } from './tar.js'

const latin1 = new TextDecoder('latin1')
const codes = (text: string) => Array.from(text, (character) => character.charCodeAt(0))

/** A format that begins with these bytes, given as numbers or as text. */
const starting = (refusal: string, ...parts: (string | number)[]): ForeignFormat => {
  const bytes = parts.flatMap((part) => (typeof part === 'string' ? codes(part) : [part]))
  return { detect: ({ head }) => begins(head, ...bytes), refusal }
}

/** Bytes as text: a character for each, control characters, except tabs and line ends, are shown as ␀ to ␟. */
const pictured = (bytes: Uint8Array) =>
  Array.from(latin1.decode(bytes), (character, i) =>
    bytes[i] < 32 && !'\t\n\r'.includes(character) ? String.fromCharCode(0x2400 + bytes[i]) : character
  ).join('')

/** A format whose first kilobyte, with ␀ to ␟ for control characters, matches a pattern. */
const like = (refusal: string, pattern: RegExp): ForeignFormat => ({
  detect: ({ head }) => pattern.test(pictured(head.subarray(0, 1024))),
  refusal
})

/** Whether text looks like UTF-16 without a mark: each second byte is 0, the others are not. */
const isUtf16 = (head: Uint8Array, zeros: 0 | 1) =>
  head.length >= 16 && head.subarray(0, 64).every((byte, i) => (byte === 0) === (i % 2 === zeros))

const pickle = 'a Python pickle, which can run code: save the matrix as .npy or with save_word2vec_format'
const gguf = 'a GGUF model, whose tables @slimbed/gguf reads (formats: [gguf])'
const utf16 = 'UTF-16 text: save it as UTF-8 (iconv -f UTF-16 -t UTF-8)'
const ggml = 'a GGML model: save the matrix as .safetensors or .npy'
const feather =
  'a Feather file of version 1: write it anew (pyarrow: feather.read_table, feather.write_feather with compression="uncompressed")'
const faiss = 'a FAISS index: save its vectors as .npy (index.reconstruct_n, numpy.save)'
const tensorflow = 'a model of TensorFlow.js: give its weights as .npy or .safetensors'
const shards = 'the index of a model in shards: give the shard, a .safetensors file, that has the table'
const zip = 'a zip archive (.npz, .pt, .keras, .zip): unpack it, or save the matrix as .npy'
const json = 'JSON: write a word and its numbers on each line, or save the matrix as .npy'

/** Formats that are recognized by their first bytes but cannot be read. If several match, the last one counts. */
export const foreignFormats: readonly ForeignFormat[] = [
  like(json, /^\s*(?:\{\s*"[^"]*"\s*:|\[\s*(?:\{\s*"|"[^"]*"\s*,|\[\s*-?\d[^\s,]*\s*,))/),
  like(tensorflow, /^\s*\{.*"(?:weightsManifest|modelTopology)"/s),
  like(shards, /^\s*\{.*"weight_map"\s*:/s),
  like('a web page, not vectors: the download went wrong', /^\s*<(?:!doctype html\b|html>|html [^\d-])/i),
  like('XML, not vectors', /^\s*<\?xml /),
  like('a Git LFS pointer, not the file itself: run git lfs pull', /^version https:\/\/git-lfs\.github\.com\//),
  like('a PDF document, not vectors', /^%PDF-\d/),
  // Protobuf: the version of the format, then the name of the program or of the graph.
  like(
    'an ONNX model: "slimbed rewrite" makes its tables smaller in place; else save the matrix as .npy (onnx.numpy_helper.to_array, numpy.save)',
    /^␈[␁-␠\t\n\r][␒␚"2:B]/
  ),
  ...[3, 5, 7].map((part) => starting(zip, 'PK', part, part + 1)),
  { detect: ({ head }) => isTar(head), refusal: 'a tar archive: unpack it, and give a file of it' },
  starting('packed with gzip twice: unpack it once', 0x1f, 0x8b),
  starting('a fastText model, which @slimbed/fasttext reads (formats: [fasttext])', 0xba, 0x16, 0x4f, 0x2f),
  like(gguf, /^GGUF(?:[␁-␐]␀␀␀|␀␀␀[␁-␐])/),
  ...['ggml', 'lmgg', 'ggjt', 'tjgg', 'ggla'].map((magic) => like(ggml, new RegExp(`^${magic}.{0,3}␀`, 's'))),
  starting('an HDF5 file: save the matrix as .npy (h5py, numpy.save)', 0x89, 'HDF\r\n'),
  starting('an encrypted Parquet file: write it without encryption', 'PARE'),
  starting(feather, 'FEA1'),
  starting('an Avro file: save the columns as text or .npy', 'Obj', 1),
  starting('an SQLite database (Magnitude?): save the matrix as .npy, or the vectors as text', 'SQLite format 3', 0),
  like('finalfusion embeddings: convert them with finalfusion convert -t word2vec', /^FiFu␀/),
  like('a MATLAB file: save the matrix as .npy (scipy.io.loadmat, numpy.save)', /^MATLAB \d\.\d MAT-file/),
  // A name of four letters, the number of columns, that of rows, and 2²⁰ twice.
  like(faiss, /^I\w{3}.{3}␀.{8}(?:␀␀␐␀␀␀␀␀){2}/s),
  like(
    'R data: save the matrix as text (write.table with quote = FALSE, col.names = FALSE)',
    /^(?:RD[AX][23]\n|X\n␀␀␀)/
  ),
  like('a program, not vectors', /^(?:[^ -~]ELF[␁␂]|MZ.[␀-␃])/s),
  starting('a picture, not vectors', 0x89, 'PNG\r'),
  starting('a picture, not vectors', 0xff, 0xd8, 0xff),
  starting('packed with zstd: unpack it first', 0x28, 0xb5, 0x2f, 0xfd),
  like('packed with bzip2: unpack it first', /^BZh[1-9]1AY/),
  starting('packed with xz: unpack it first', 0xfd, '7zXZ'),
  starting('packed with lz4: unpack it first', 4, 0x22, 0x4d, 0x18),
  starting('a 7z archive: unpack it first', '7z', 0xbc, 0xaf),
  starting('a RAR archive: unpack it first', 'Rar!', 0x1a, 7),
  starting(utf16, 0xff, 0xfe),
  starting(utf16, 0xfe, 0xff),
  { detect: ({ head }) => isUtf16(head, 1) || isUtf16(head, 0), refusal: utf16 },
  ...[2, 3, 4, 5].map((version) => starting(pickle, 0x80, version))
]

/**
 * What an input is and what to do with it, if its first bytes are those of a format that cannot be read: `a zip archive: unpack
 * it`.
 */
export const refusalOf = (head: Uint8Array): string | undefined =>
  foreignFormats.findLast(({ detect }) => detect({ name: '', head }))?.refusal
