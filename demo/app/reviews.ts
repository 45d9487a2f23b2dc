// Knows what people say of things. Its fault: its only thread waits for a lock that nobody gives back. The process lives
// and its port accepts connections, but nothing is answered any more, not even a polite request to end.
import { createCounters } from './counters.ts'
import { serveFaults } from './fault.ts'
import { serve } from './serve.ts'

const counters = createCounters({ http_requests_total: 'Requests by path and status.' })

serve({ port: 8080 }, { 'GET /reviews': () => ({ status: 200, body: { stars: 4.5 } }) }, counters)

serveFaults({
  hang: () => {
    console.error('hanging: fault hang was injected')
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})
