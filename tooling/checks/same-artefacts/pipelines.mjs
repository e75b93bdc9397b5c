/**
 * What both checkouts compress: the name of an input (`inputs.mjs`), the pipeline or pipelines, and flags besides. `{counts}` stands
 * for the sample's file of counts. Every compressor is there, every mode of theirs that makes another kind of table, both numbers of
 * threads, tables of one block and of many, and files of several types.
 */
export const cases = [
  ['sample', 'lowrank(ratio=4)', '--weights', '{counts}'],
  ['sample', 'lowrank(energy=0.9, weighted=true)', '--weights', '{counts}', '--threads', '1'],
  ['sample', 'lowrank(ratio=3) | left/fixedpoint(bits=4, scale=group, groupSize=8) | fixedpoint'],
  ['sample', 'lowrank(rank=20) | right/fixedpoint(bits=4)', '--threads', '2'],
  ['sample', 'fixedpoint(bits=4, scale=group, groupSize=16, mode=affine, clip=mse)'],
  ['sample', 'fixedpoint(bits=3, scale=column, clip=mse)', '--weights', '{counts}', '--threads', '1'],
  ['sample', 'fixedpoint(bits=12, scale=table, scaleType=f32)'],
  ['sample', 'groupreduce(ratio=4) | fixedpoint(bits=6)', '--weights', '{counts}', '--threads', '2'],
  ['sample', 'groupreduce(groups=5, minRank=4, ranks=greedy, refine=rate-distortion)', '--weights', '{counts}'],
  ['sample', 'iiq'],
  ['sample', 'iiq(space=decoded, bits=64, init=pca)', '--threads', '1'],
  ['sample', 'iiq(space=vectors) | fixedpoint(bits=6)', '--seed', '7'],
  ['large', 'fixedpoint', '--threads', '1'],
  ['large', 'fixedpoint(bits=5, mode=affine)', '--threads', '2'],
  ['large', 'lowrank(rank=24)', '--threads', '1'],
  ['large', 'lowrank(rank=48) | fixedpoint(bits=8)', '--threads', '2', '--weights', 'zipf'],
  ['large', 'groupreduce(ratio=5) | fixedpoint', '--threads', '2', '--weights', 'zipf'],
  ['large', 'fixedpoint(format=f16)', '--threads', '2'],
  ['half floats', 'fixedpoint(format=bf16)'],
  ['half floats', 'lowrank(energy=1)'],
  ['tiny last row', 'fixedpoint(scaleType=f16)', '--threads', '2'],
  ['gather', 'fixedpoint(bits=8)'],
  ['gather', 'lowrank(rank=12) | fixedpoint(bits=6)', '--threads', '2'],
  ['sum of parts', 'fixedpoint(bits=4, clip=mse)'],
  ['model', 'lowrank(rank=16) | fixedpoint', '--tensor', 'embedding.weight', '--tensor', 'softmax.weight'],
  ['model', ['fixedpoint(bits=4)', 'lowrank(rank=8)'], '--tensor', 'embed*', '--tensor', 'softmax.weight'],
  ['model', 'fixedpoint(bits=6)', '--tensor', 'embedding.weight', '--alone']
]
