import { measureWords, places } from './words/measure.js'
import { readVocabulary } from './words/read-vocabulary.js'

/**
 * `words.js PLACE FILE [WORDS] [COUNTS]`: what the words of a file take at a place, and how long random ones take to find, in user CPU.
 * Prints the seconds of finding as many as there are.
 */
const [asked, file, words, counts] = process.argv.slice(2)
const place = places.find((one) => one === asked)
if (!place) throw new Error(`${asked} is none of ${places.join(', ')}`)
const vocabulary = await readVocabulary({ file, ...(words && { words }), ...(counts && { counts }) })
const figures = measureWords(vocabulary, place)
const seconds = (figures.findMicroseconds * vocabulary.size) / 1e6
const peakMemoryBytes = process.resourceUsage().maxRSS * 1024
process.stdout.write(JSON.stringify({ seconds, peakMemoryBytes, ...figures }))
