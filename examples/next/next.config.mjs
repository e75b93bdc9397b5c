// Static pages in out/, for any server: the model is a file beside them.
export default { output: 'export' }
