/**
 * Which errors of rows count more, as threads are sent it.
 * @typedef {object} Near
 * @property {Int8Array} units `rows × dim` of the whole table: its rows at length 1 along the axes, in units of `unit`
 * @property {number} unit
 * @property {number} count neighbours of each row
 * @property {number} weight how much more a squared error counts along the direction to a neighbour
 */

/** Values a column that the kernel takes for so many directions. @param {number} count */
export const widthOf = (count) => 4 * Math.ceil(count / 4)

/**
 * The directions of rows, for `chooseNear`: those to the nearest rows on the unit sphere, without what they have of the row itself, since errors along a row change
 * no cosine.
 * @param {Near} near
 * @param {number} dim
 * @param {number} start the number of the first row
 * @param {Uint32Array} ids `rows × count`: the nearest rows of each
 */
export function directionsOf({ units, unit, count, weight }, dim, start, ids) {
  const width = widthOf(count)
  const factor = Math.sqrt(weight) * unit
  /** @param {number} row @param {Float32Array} into */
  return (row, into) => {
    const own = (start + row) * dim
    let square = 0
    for (let j = 0; j < dim; j++) square += units[own + j] * units[own + j]
    into.fill(0)
    for (let i = 0; i < count; i++) {
      const other = ids[row * count + i] * dim
      let product = 0
      for (let j = 0; j < dim; j++) product += units[own + j] * units[other + j]
      const share = square === 0 ? 0 : product / square
      for (let j = 0; j < dim; j++) into[j * width + i] = factor * (units[other + j] - share * units[own + j])
    }
  }
}
