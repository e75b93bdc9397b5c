import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openVectors } from '../src/node/index.js'
import { allOf, dataFolder, haveData, haveNumpy, numpy } from './support.js'

const file = (path: string) => join(dataFolder, path)

/** Sums and spot values of a matrix that NumPy and this project both make. */
const script = `
import numpy, sys, json
path, kind = sys.argv[1:]
if kind == 'npy': a = numpy.load(path).astype('<f4')
elif kind == 'txt': a = numpy.array([line.rstrip().split(' ')[1:] for line in open(path, encoding='utf8')], dtype=float).astype('<f4')
else:
    f = open(path, 'rb'); rows, dim = map(int, f.readline().split()); out = []
    for _ in range(rows):
        while f.read(1) != b' ': pass
        out.append(numpy.frombuffer(f.read(dim * 4), '<f4'))
        if kind == 'bin+newline': assert f.read(1) == b'\\n'
    a = numpy.array(out)
bits = a.view('<u4').astype('u8')
columns = numpy.arange(1, a.shape[1] + 1, dtype='u8')
mix = (bits * columns).sum(1) % (2 ** 32)
print(json.dumps([list(a.shape), a[:3, :4].tolist(), a[-1, -4:].tolist(), mix.tolist()]))`

async function facts(path: string, options = {}) {
  const vectors = await openVectors(path, options)
  const { rows, dim } = vectors.matrix
  const values = await allOf(vectors.matrix)
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length)
  const mix = Array.from({ length: rows }, (_, row) => {
    let sum = 0
    for (let j = 0; j < dim; j++) sum += bits[row * dim + j] * (j + 1)
    return sum % 2 ** 32
  })
  await vectors.close()
  const at = (row: number, from: number) => [...values.subarray(row * dim + from, row * dim + from + 4)]
  return { vectors, facts: [[rows, dim], [at(0, 0), at(1, 0), at(2, 0)], at(rows - 1, dim - 4), mix] }
}

const able = haveData && haveNumpy
const why = haveData ? (haveNumpy ? '' : ' (skipped: no NumPy)') : ` (skipped: no data in ${dataFolder})`

describe.skipIf(!able)(`real files, every bit against NumPy${why}`, () => {
  test('GloVe text', async () => {
    const path = file('vectors/glove.6B.50d.top10k.txt')
    const { vectors, facts: found } = await facts(path)
    expect(found).toEqual(numpy(script, path, 'txt'))
    expect(vectors).toMatchObject({ format: 'txt', warnings: [] })
    expect([0, 1, 9999].map((row) => vectors.vocabulary!.word(row))).toEqual(['the', ',', 'quinn'])
  })

  test('GoogleNews binary, without line ends', async () => {
    const path = file('vectors/googlenews-15k.300d.bin')
    const { vectors, facts: found } = await facts(path)
    expect(found).toEqual(numpy(script, path, 'bin'))
    expect(vectors).toMatchObject({ format: 'bin', warnings: [] })
  })

  test('the sample, with line ends and counts', async () => {
    const path = file('sample/sample-10k.100d.bin')
    const { vectors, facts: found } = await facts(path, { counts: file('sample/sample-10k.counts.tsv') })
    expect(found).toEqual(numpy(script, path, 'bin'))
    expect([...vectors.counts!.subarray(0, 2)]).toEqual([273967, 126842])
    expect(vectors.warnings).toEqual([])
  })

  test('Numberbatch, float16 .npy with words and shares of text', async () => {
    const path = file('vectors/numberbatch-en-41k.300d.f16.npy')
    const words = file('vectors/numberbatch-en-41k.300d.words.txt')
    const { vectors, facts: found } = await facts(path, { words, counts: file('counts/wordfreq.en.tsv') })
    expect(found).toEqual(numpy(script, path, 'npy'))
    expect(vectors.vocabulary!.find('zymurgy')).toBe(41352)
    expect(vectors.counts![0]).toBe(0.0537032)
    expect(vectors.warnings).toEqual([
      `${file('counts/wordfreq.en.tsv')}: 3484 of 41353 words have no count; they get the smallest, 1.02329e-8`
    ])
  })

  test('a language model: one tensor of many', async () => {
    const { vectors } = await facts(file('lm/ptb-small/model.safetensors'), { tensor: 'softmax.weight' })
    expect(vectors.matrix).toMatchObject({ rows: 10000, dim: 200 })
  })
})
