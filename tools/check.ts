import { runChecks } from './testing/checks.ts'

// npm run check: style, then types. The tier `check` of npm test runs the same steps.

const outcomes = await runChecks()
process.exitCode = outcomes.every((outcome) => outcome.passed) ? 0 : 1
