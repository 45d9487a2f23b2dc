// Knows how many there are of each thing. Its fault: the process exits, as after an exception that nobody catches.
import { createCounters } from './counters.ts'
import { serveFaults } from './fault.ts'
import { serve } from './serve.ts'

const counters = createCounters({ http_requests_total: 'Requests by path and status.' })

serve({ port: 8080 }, { 'GET /stock': () => ({ status: 200, body: { available: 42 } }) }, counters)

serveFaults({
  exit: () => {
    console.error('exiting: fault exit was injected')
    process.exit(1)
  },
})
