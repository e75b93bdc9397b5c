// Sizes, speed and agreement of tokenizers, beside @huggingface/tokenizers:
//
//   PYTHON=… node tooling/studies/tokenizers.mjs [texts]
//
// after a build; needs the test data, and a Python with tokenizers, sentencepiece and protobuf. Times are user CPU, the best of five.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { Tokenizer } from '@huggingface/tokenizers'
import { tokenizerFrom, unpackTokenizer } from '@slimbed/tokenizer'
import { packTokenizer } from '@slimbed/tokenizer/pack'

const data = process.env.SLIMBED_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const reference = fileURLToPath(new URL('../../packages/tokenizer/reference/', import.meta.url))
const python = process.env.PYTHON ?? 'python3'
const count = process.argv[2] ?? '2000'
const folder = mkdtempSync(join(tmpdir(), 'tokenizers-'))

const words = readFileSync(`${data}/lm/ptb.valid.txt`, 'utf8').split(/\s+/).filter(Boolean)
const texts = Array.from({ length: Math.floor(words.length / 20) }, (_, i) =>
  words.slice(20 * i, 20 * i + 20).join(' ')
)

/** The least user CPU of `run` in five, in microseconds. */
function least(run) {
  return Math.min(
    ...Array.from({ length: 5 }, () => {
      const before = process.cpuUsage().user
      run()
      return process.cpuUsage().user - before
    })
  )
}

const perText = (encode) => (least(() => texts.forEach(encode)) / texts.length).toFixed(1)

function sizes(json) {
  const text = JSON.stringify(json)
  const packed = packTokenizer(json)
  return {
    json: text.length,
    gzip: gzipSync(text, { level: 9 }).length,
    brotli: brotliCompressSync(text).length,
    packed: packed.length
  }
}

/** How many texts have the ids of Python. */
function agreement(file, encode) {
  const output = execFileSync(python, [join(reference, 'reference.py'), 'file', file, count, '5'], {
    maxBuffer: 2 ** 30
  })
  const { texts: inputs, ids } = JSON.parse(output)
  return inputs.filter((text, i) => encode(text).join() === ids[i].join()).length
}

try {
  execFileSync(python, [join(reference, 'large.py'), data, folder], { stdio: ['ignore', 'ignore', 'inherit'] })
  for (const name of ['wordpiece', 'bpe', 'unigram']) {
    const file = join(folder, `${name}.json`)
    const json = JSON.parse(readFileSync(file, 'utf8'))
    const packed = packTokenizer(json)
    const tokenizer = tokenizerFrom(json)
    const other = new Tokenizer(json, {})
    const theirs = (text) => other.encode(text, { add_special_tokens: false }).ids
    const ours = (text) => tokenizer.encode(text)
    console.log(name, sizes(json))
    console.log('  µs a text of 20 words:', perText(ours), 'the library', perText(theirs))
    console.log(
      '  ms to make one:',
      (least(() => tokenizerFrom(json)) / 1000).toFixed(0),
      'packed',
      (least(() => unpackTokenizer(packed)) / 1000).toFixed(0)
    )
    console.log(`  ids of Python, of ${count}:`, agreement(file, ours), 'the library', agreement(file, theirs))
  }
} finally {
  rmSync(folder, { recursive: true })
}
