/**
 * A rule of scales as a compressor brings it: the power of two that covers both ends.
 * @param {{ readonly steps: number }} given
 * @returns {(min: number, max: number) => number}
 */
export const powerScale =
  ({ steps }) =>
  (min, max) => {
    const most = Math.max(max, -min)
    return most === 0 ? 0 : 2 ** Math.ceil(Math.log2(most / steps))
  }

/** Where threads find it. */
export const powerScales = (/** @type {number} */ steps) => ({
  url: import.meta.url,
  name: 'powerScale',
  given: { steps }
})
