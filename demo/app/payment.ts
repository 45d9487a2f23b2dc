// Charges customers. Its fault: its pool of connections to the bank leaks until none is free. Only what needs no
// connection still succeeds, customers whose card was approved before; everything else is answered with a 500. The pool
// is in memory, so a restart cures it. The health check asks whether the process listens, and sees nothing of it.
import type { IncomingMessage } from 'node:http'
import { createCounters } from './counters.ts'
import { serveFaults } from './fault.ts'
import { type Answer, serve } from './serve.ts'

const approvedBefore = '0'

const counters = createCounters({ http_requests_total: 'Requests by path and status.' })
let isPoolLeaked = false

serve({ port: 8080 }, { 'GET /charge': charge }, counters)

serveFaults({
  'leak-connections': () => {
    console.error('leaking: fault leak-connections was injected')
    isPoolLeaked = true
  },
})

function charge(request: IncomingMessage): Answer {
  const customer = new URLSearchParams(request.url?.split('?', 2)[1]).get('customer')
  if (isPoolLeaked && customer !== approvedBefore) throw new Error('no connection to the bank is free')
  return { status: 200, body: { charged: true } }
}
