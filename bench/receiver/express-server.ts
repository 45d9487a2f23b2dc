/**
 * What the receiver is compared with: an Express app that parses the body and answers 200, keeping nothing. With
 * `--deferred` it answers from `setImmediate`, so that the answers of one turn of the event loop leave together.
 */
import express from 'express'

const isDeferred = process.argv.includes('--deferred')
const app = express()
app.use(express.json({ limit: '32mb' }))
app.post('/api/v1/alerts', (request, response) => {
  const answer = () => {
    response.status(200).json({ alerts: request.body.alerts.length })
  }
  if (isDeferred) setImmediate(answer)
  else answer()
})

const server = app.listen(0, '127.0.0.1', () => {
  const bound = server.address()
  if (typeof bound === 'object') process.stderr.write(`${JSON.stringify({ msg: 'ready', port: bound?.port })}\n`)
})
