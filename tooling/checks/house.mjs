// Prints what tests keep in bounds, and the files that stand out: node tooling/checks/house.mjs
import { figuresOf, mostLines, readSources } from './figures.mjs'

const sources = readSources()
const { files, lines, circles, tooLong, casts, assertions, medianLines } = figuresOf(sources)

/** @param {'lines' | 'casts' | 'assertions'} what */
const most = (what) =>
  sources
    .toSorted((a, b) => b[what] - a[what])
    .slice(0, 10)
    .map((source) => `  ${String(source[what]).padStart(4)}  ${source.path}`)
    .join('\n')

console.log(`${files} files, ${lines} lines

import circles, types included (0): ${circles.length}${circles.map((circle) => `\n  ${circle.join('\n    ')}`).join('')}
files above ${mostLines} lines (0): ${tooLong.length}
casts per 1,000 lines (at most 3.2): ${casts.toFixed(1)}
non-null assertions per 1,000 lines (at most 5): ${assertions.toFixed(1)}
median of lines a file (40 to 70): ${medianLines}

lines
${most('lines')}

casts
${most('casts')}

non-null assertions
${most('assertions')}`)
