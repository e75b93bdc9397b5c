export { dataFolder, hasData, titleIf } from './data.js'
export { falling, numbers, rowsOf } from './matrices.js'
export { floatsToPython, pythonWith, runPython } from './python.js'
export { hasVectors, readVectors, vectorsDim, vectorsFile } from './vectors.js'
