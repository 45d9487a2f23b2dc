/** `plan`: what would be done for an alert now. Nothing is done and nothing is recorded. */
import { askApi, type ServerAddress } from './api-client.ts'
import type { GivenAlert } from './labels.ts'
import { printJson } from './output.ts'

/** Asks a running selfheal, which knows the attempts so far. */
export async function planOnline(address: ServerAddress, alert: GivenAlert): Promise<void> {
  printJson(await askApi(address, '/api/v1/plan', alert))
}
