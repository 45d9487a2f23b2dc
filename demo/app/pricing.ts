// Knows what things cost, from a configuration file that it reads when it starts. Its fault: it writes a broken one and
// exits. The file is in the container's own file system, so every start reads it again and fails again.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createCounters } from './counters.ts'
import { serveFaults } from './fault.ts'
import { serve } from './serve.ts'

const configFile = '/tmp/pricing.json'

const price = readPrice()
const counters = createCounters({ http_requests_total: 'Requests by path and status.' })

serve({ port: 8080 }, { 'GET /price': () => ({ status: 200, body: { price } }) }, counters)

serveFaults({
  'break-config': () => {
    writeFileSync(configFile, '{ "price": ')
    console.error('exiting: the configuration was changed')
    process.exit(1)
  },
})

function readPrice(): number {
  if (!existsSync(configFile)) writeFileSync(configFile, '{ "price": 19.9 }\n')
  try {
    return Number(JSON.parse(readFileSync(configFile, 'utf8')).price)
  } catch (error) {
    console.error(`cannot start: ${configFile}: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(78)
  }
}
