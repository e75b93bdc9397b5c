/** Mean squares from which on products of float32 are neither lost nor infinite, and up to which. */
const [small, large] = [2 ** -40, 2 ** 40]

/** A power of two by which values of this mean square come near 1; 1 where they are near enough. */
export const scaleFor = (meanSquare: number): number =>
  meanSquare === 0 || (meanSquare > small && meanSquare < large) ? 1 : 2 ** -Math.round(Math.log2(meanSquare) / 2)
