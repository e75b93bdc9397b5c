/** What the index of a model in shards is called in its folder. */
export const indexName = 'model.safetensors.index.json'
