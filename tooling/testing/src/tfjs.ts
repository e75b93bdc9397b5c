/** The files of a graph model of TensorFlow.js that takes rows `ids` of a table `words`, by their names. */
export function tfjsFiles(rows: number, dim: number, table: Float32Array): Readonly<Record<string, Uint8Array>> {
  const type = (name: string) => ({ type: name })
  const constant = (name: string, dtype: string) => ({ name, op: 'Const', attr: { dtype: type(dtype) } })
  const node = [
    { name: 'ids', op: 'Placeholder', attr: { dtype: type('DT_INT32') } },
    constant('words', 'DT_FLOAT'),
    constant('axis', 'DT_INT32'),
    { name: 'rows', op: 'GatherV2', input: ['words', 'ids', 'axis'], attr: { batch_dims: { i: '0' } } }
  ]
  const weights = [
    { name: 'words', shape: [rows, dim], dtype: 'float32' },
    { name: 'axis', shape: [], dtype: 'int32' }
  ]
  const model = {
    format: 'graph-model',
    modelTopology: { node, versions: { producer: 1 } },
    weightsManifest: [{ paths: ['weights.bin'], weights }]
  }
  const data = new Uint8Array(table.byteLength + 4)
  data.set(new Uint8Array(table.buffer, table.byteOffset, table.byteLength))
  return { 'model.json': new TextEncoder().encode(JSON.stringify(model)), 'weights.bin': data }
}
