// Stands for whatever reaches a person: keeps every message that it is sent, and shows them all.
// `POST /alertmanager` is what Alertmanager's pager routes send to, `POST /escalation` where selfheal sends by itself.
import type { IncomingMessage } from 'node:http'
import { serve } from './serve.ts'

const mostKept = 1_000
const messages: { readonly at: string; readonly way: string; readonly body: unknown }[] = []

serve(
  { port: 8080 },
  {
    'GET /messages': () => ({ status: 200, body: { messages } }),
    'POST /alertmanager': (request) => keep('alertmanager', request),
    'POST /escalation': (request) => keep('escalation', request),
  },
)

async function keep(way: string, request: IncomingMessage) {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
  messages.push({ at: new Date().toISOString(), way, body: JSON.parse(text) })
  if (messages.length > mostKept) messages.shift()
  console.log(`${way}: ${text}`)
  return { status: 200, body: { kept: messages.length } }
}
