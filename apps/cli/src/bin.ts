#!/usr/bin/env node
import { main } from './main.js'

// Timers or threads that a broken plugin left running must not keep the process alive.
process.exit(await main(process.argv.slice(2)))
