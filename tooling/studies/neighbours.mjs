// What `trellis` keeps of the ten nearest rows with and without its option neighbours, at 15.6, 8 and 40 times fewer bytes than float32, with the squared
// error and processor seconds: node tooling/studies/neighbours.mjs [table …] [times smaller …], after a build. Needs the test data.
import { createTensor } from '@slimbed/core'
import { measured } from './codes/measure.mjs'
import { matrixOfTable, present } from './codes/tables.mjs'

const words = process.argv.slice(2)
const asked = words.map(Number).filter(Number.isFinite)
const ratios = asked.length > 0 ? asked : [40, 15.6, 8]
const names = words.filter((word) => !Number.isFinite(Number(word)))
const tensor = await createTensor()
for (const place of present.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const matrix = await matrixOfTable(place)
  for (const ratio of ratios) {
    for (const spec of [`trellis(ratio=${ratio})`, `trellis(ratio=${ratio}, neighbours=32)`]) {
      const { bytes, error, cosine, kept, seconds } = await measured(matrix, spec, 'trellis', tensor)
      const found = `${bytes} bytes, squared error ${error.toFixed(4)}, cosine ${cosine.toFixed(4)}`
      console.log(
        `${place.name}: ${spec}: ${found}, neighbours kept ${(100 * kept).toFixed(1)} %, ${seconds.toFixed(1)} s`
      )
    }
  }
}
await tensor.close()
