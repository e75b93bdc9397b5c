/**
 * Purity over the items drawn: the share of items whose class is the most frequent one of their cluster.
 * `clusters` and `classes` hold an id for each item, from 0.
 */
export function purityOf(clusters: Uint32Array, classes: Uint32Array): (sample: Uint32Array) => number {
  const most = (ids: Uint32Array) => ids.reduce((max, id) => Math.max(max, id), -1) + 1
  const [rows, columns] = [most(clusters), most(classes)]
  const counts = new Uint32Array(rows * columns)
  return (sample) => {
    counts.fill(0)
    for (const i of sample) counts[clusters[i] * columns + classes[i]]++
    let right = 0
    for (let row = 0; row < rows; row++) {
      let largest = 0
      for (let at = row * columns; at < (row + 1) * columns; at++) largest = Math.max(largest, counts[at])
      right += largest
    }
    return right / sample.length
  }
}
