import { readFileSync } from 'node:fs'
import { tokenizerFrom } from '@slimbed/tokenizer'

/** `tokenize.js TOKENIZER TEXTS ROUNDS`: the ids of every line of a file, one after another, after one round that is not timed. */
const [file, lines, rounds] = process.argv.slice(2)
const tokenizer = tokenizerFrom(JSON.parse(readFileSync(file, 'utf8')))
const texts = readFileSync(lines, 'utf8').split('\n')

let ids = 0
const round = () => {
  ids = 0
  for (const text of texts) ids += tokenizer.encode(text).length
}
round()
const start = performance.now()
for (let i = 0; i < Number(rounds); i++) round()
const seconds = (performance.now() - start) / 1000
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(
  JSON.stringify({ seconds, peakMemoryBytes, ids, textsPerSecond: (Number(rounds) * texts.length) / seconds })
)
