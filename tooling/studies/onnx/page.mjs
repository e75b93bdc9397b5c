const megabytes = (bytes) => (bytes / 1e6).toFixed(3)

/** The page of the study. */
export const pageOf = (results) => `# Smaller tables in a sentence encoder

What [\`@slimbed/onnx\`](../../packages/onnx/README.md) costs a sentence encoder: three layers of MiniLM with 6,000 word pieces, whose table of 6,000 × 384 float32 numbers
takes 9.216 MB of 15.575. All else in the file stays as it is (its products are 8-bit already).

After a build, \`node tooling/studies/onnx.mjs\` measures all figures and writes this page. It needs the test data (\`SLIMBED_DATA\`, or \`../shared/data\`), \`onnxruntime-node\` and
\`@huggingface/tokenizers\`. Results are kept in \`onnx.json\`; \`--fresh\` measures everything again, \`--page\` only writes the page.

| table | MB, everything of it | MB, file | relative error | cosine | kept |
| --- | ---: | ---: | ---: | ---: | ---: |
${results
  .toSorted((a, b) => b.tableBytes - a.tableBytes)
  .map(
    ({ name, tableBytes, fileBytes, relativeError, cosine, kept }) =>
      `| ${name} | ${megabytes(tableBytes)} | ${megabytes(fileBytes)} | ${relativeError.toFixed(4)} | ${cosine.toFixed(5)} | ${kept.toFixed(3)} |`
  )
  .join('\n')}

- At the bytes of 4-bit blocks, or fewer, fixed-rate trellis codes are nearer to the original; so are 8, 5 and 3.2 bits by frequency, in 6 % fewer bytes.
- At the bytes of product codes (96 of 8 bits, codebooks in half floats) trellis codes of all rows are far nearer, and those of 2 bits are nearer in a quarter fewer bytes. Parts by frequency
  are nearer than product codes, too, but on these sentences not better than one trellis for all rows.
- The products of this model are quantized as it runs, by the range of their inputs. So the least change of the table changes outputs: float16, which loses nothing that counts, has a
  cosine of 0.9989. That is the ceiling here.
- *cosine*: of sentence embeddings (means of the tokens' vectors) with those of the original, on average over 1,000 sentences: the first 500 questions of TREC's test and the
  first 500 sentences of SST-2's test. *kept*: the part of the ten nearest neighbours among these that stays.
- Bytes of a table are those of all tensors that stand for it in the file: codes, scales, lists, codebooks, places of parts.
- *int4, blocks of 32* is what the n-bit quantizer of ONNX Runtime makes of a table (asymmetric, round to nearest), with the fewest bytes that it can take: float16
  scales and zeros of 4 bits. For a float32 model it writes float32 scales and takes 1.476 MB.
- By frequency: parts of the rows by the counts of word pieces in the Penn Treebank (\`counts.tsv\` beside the model).
- Every row of every model was looked up in ${[...new Set(results.map(({ verified }) => verified))].join(', ')} and compared with its table.
- Nothing was tuned on these sentences: bits, parts and bytes are round numbers, or the bytes of the row they stand beside.

## Pipelines

| | |
| --- | --- |
${results
  .filter(({ spec }) => spec)
  .map(({ name, spec }) => `| ${name} | \`${spec.replaceAll('|', '\\|')}\` |`)
  .join('\n')}

Each is a command: \`slimbed rewrite onnx/model.onnx -o small.onnx --weights counts.tsv -p "…"\`.
`
