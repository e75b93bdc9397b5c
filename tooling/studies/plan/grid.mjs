/**
 * Pipelines that are compared with what `plan` finds, for a matrix of `rows × dim` in `bits` bits a value: those of one stage, and those of two.
 * Those that a matrix does not allow are left out where they are run.
 * @param {{ rows: number, dim: number }} shape
 * @param {number} bits
 */
export function gridFor({ rows, dim }, bits) {
  const whole = Math.floor(bits)
  const exact = (/** @type {number} */ value) => Number(value.toPrecision(5))
  const rank = (/** @type {number} */ share) => Math.max(1, Math.floor((share * rows * dim) / (rows + dim)))
  const clip = (/** @type {number} */ of) => (of < 7 ? ', clip=mse' : '')
  const single = [
    `trellis(bits=${exact(bits)})`,
    `trellis(bits=${exact(bits)}, clusters=0)`,
    ...(bits <= 8 && bits >= 0.5 ? [`trellis(bits=${exact(bits)}, coding=fixed)`] : []),
    ...[whole, whole - 1]
      .filter((of) => of >= 1)
      .flatMap((of) => [
        `fixedpoint(bits=${of}${clip(of)})`,
        `fixedpoint(bits=${of}, scale=column${clip(of)})`,
        `fixedpoint(bits=${of}, scale=column, mode=affine${clip(of)})`,
        `fixedpoint(bits=${of}, scale=group${clip(of)})`,
        ...(of <= 8 ? [`fixedpoint(bits=${of}, levels=lloyd)`, `rotate | fixedpoint(bits=${of}, levels=lloyd)`] : [])
      ]),
    `lowrank(rank=${rank(bits / 32)})`,
    `groupreduce(ratio=${exact(32 / bits)}, weights=none)`
  ]
  const parts = Math.floor(((bits * rows - 8192) / (8 * rows)) * dim)
  const product = parts >= 1 && parts <= dim ? [`pq(parts=${parts})`] : []
  // What a first stage leaves takes so many bits a value of it.
  const two = [0.75, 0.5, 0.25].flatMap((share) => {
    const left = exact(bits / share)
    if (left > 16) return []
    const lasts = [
      `trellis(bits=${left})`,
      ...(left >= 1 ? [`fixedpoint(bits=${Math.floor(left)}${clip(Math.floor(left))})`] : [])
    ]
    return lasts.flatMap((last) => [
      `lowrank(rank=${rank(share)}) | ${last}`,
      `groupreduce(ratio=${exact(1 / share)}, weights=none) | ${last}`
    ])
  })
  return [...single, ...product, ...two]
}
