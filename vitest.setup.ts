import fc from 'fast-check'

// In continuous integration properties are tried on the same inputs each time, so that a failure is the change's own;
// everywhere else on new ones.
if (process.env.CI) fc.configureGlobal({ seed: 20_260_101 })
