/** Whether the selfheal that alerts are sent to runs, and takes our token. */
import { partAt } from '../../config/part.ts'
import { askApi, type ServerAddress } from '../api-client.ts'
import type { StepSpec } from './step.ts'

/** Asks the running selfheal for its status; answers whether it gave it. */
export function serverStep(server: ServerAddress): StepSpec<boolean> {
  return {
    name: 'selfheal',
    timeoutMs: 16_000,
    hint: 'a running selfheal at --url or SELFHEAL_URL, and in SELFHEAL_TOKEN a token with the role read',
    work: async (tell) => {
      const mode = partAt(await askApi(server, '/api/v1/status'), ['mode'])
      tell('ok', `runs${typeof mode === 'string' ? `, mode ${mode}` : ''}`)
      return true
    },
  }
}
