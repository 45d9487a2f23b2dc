/** `plan`: what would be done for an alert now. Nothing is done and nothing is recorded. */
import { askApi, type ServerAddress } from './api-client.ts'
import type { GivenAlert } from './labels.ts'
import { printJson, printLine } from './output.ts'
import { planLines } from './plan-text.ts'

/** Prints a plan, as JSON or for people. */
export function printPlan(plan: unknown, { asJson }: { readonly asJson: boolean }): void {
  if (asJson) printJson(plan)
  else for (const line of planLines(plan)) printLine(line)
}

/** Asks a running selfheal, which knows the attempts so far. */
export async function planOnline(
  address: ServerAddress,
  alert: GivenAlert,
  output: { readonly asJson: boolean },
): Promise<void> {
  printPlan(await askApi(address, '/api/v1/plan', alert), output)
}
