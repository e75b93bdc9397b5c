#!/usr/bin/env node
import { main } from './main.js'

// What a broken plugin left running must not keep the process.
process.exit(await main(process.argv.slice(2)))
