// The nearest rows of a codebook of few columns, without a matrix of all scores.

/**
 * The first of the largest scores `x · c − ‖c‖² / 2` of each row of `x`, `rows × width` float32. `columns` has `width` columns of a
 * codebook, then `−‖c‖² / 2`, each `count` float32, a multiple of 16: those of no row are −∞ there. `ids` gets the number of the row
 * (int32), `scores` its score (float32).
 *
 * A score is the offset, to which products are added in the order of the columns. Each of 16 lanes keeps the largest score that it has
 * seen; the largest of these is found at the end.
 */
export function nearest(x: usize, rows: u32, width: u32, columns: usize, count: u32, ids: usize, scores: usize): void {
  const step = (<usize>count) << 2
  const offsets = columns + <usize>width * step
  const rowBytes = (<usize>width) << 2
  const four = i32x4.splat(4)
  for (let row: u32 = 0; row < rows; row++) {
    const end = x + rowBytes
    let best0 = f32x4.splat(-Infinity)
    let best1 = best0
    let best2 = best0
    let best3 = best0
    let id0 = i32x4.splat(0)
    let id1 = id0
    let id2 = id0
    let id3 = id0
    let id = i32x4(0, 1, 2, 3)
    for (let at: usize = 0; at < step; at += 64) {
      const offset = offsets + at
      let sum0 = v128.load(offset)
      let sum1 = v128.load(offset, 16)
      let sum2 = v128.load(offset, 32)
      let sum3 = v128.load(offset, 48)
      let column = columns + at
      for (let from = x; from < end; from += 4) {
        const value = v128.load32_splat(from)
        sum0 = f32x4.add(sum0, f32x4.mul(value, v128.load(column)))
        sum1 = f32x4.add(sum1, f32x4.mul(value, v128.load(column, 16)))
        sum2 = f32x4.add(sum2, f32x4.mul(value, v128.load(column, 32)))
        sum3 = f32x4.add(sum3, f32x4.mul(value, v128.load(column, 48)))
        column += step
      }
      id0 = v128.bitselect(id, id0, f32x4.gt(sum0, best0))
      best0 = f32x4.pmax(best0, sum0)
      id = i32x4.add(id, four)
      id1 = v128.bitselect(id, id1, f32x4.gt(sum1, best1))
      best1 = f32x4.pmax(best1, sum1)
      id = i32x4.add(id, four)
      id2 = v128.bitselect(id, id2, f32x4.gt(sum2, best2))
      best2 = f32x4.pmax(best2, sum2)
      id = i32x4.add(id, four)
      id3 = v128.bitselect(id, id3, f32x4.gt(sum3, best3))
      best3 = f32x4.pmax(best3, sum3)
      id = i32x4.add(id, four)
    }
    const most = f32x4.pmax(f32x4.pmax(best0, best1), f32x4.pmax(best2, best3))
    const largest = max(
      max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
      max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3))
    )
    // Those that have another score must not be the first.
    const score = f32x4.splat(largest)
    const never = i32x4.splat(i32.MAX_VALUE)
    id0 = v128.bitselect(id0, never, f32x4.eq(best0, score))
    id1 = v128.bitselect(id1, never, f32x4.eq(best1, score))
    id2 = v128.bitselect(id2, never, f32x4.eq(best2, score))
    id3 = v128.bitselect(id3, never, f32x4.eq(best3, score))
    const first = i32x4.min_s(i32x4.min_s(id0, id1), i32x4.min_s(id2, id3))
    store<i32>(
      ids,
      min(
        min(i32x4.extract_lane(first, 0), i32x4.extract_lane(first, 1)),
        min(i32x4.extract_lane(first, 2), i32x4.extract_lane(first, 3))
      )
    )
    store<f32>(scores, largest)
    ids += 4
    scores += 4
    x = end
  }
}
