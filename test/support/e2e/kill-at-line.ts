/**
 * Loaded into a selfheal with `--import`: ends the process by SIGKILL in the moment in which it has written the first log
 * line with the phrase that `SELFHEAL_TEST_KILL_AT` names. Nothing that follows that line in the program is run.
 */
import fs from 'node:fs'
import { isMainThread } from 'node:worker_threads'

const phrase = process.env.SELFHEAL_TEST_KILL_AT

if (isMainThread && phrase !== undefined) {
  const { writeSync } = fs
  const isMoment = (data: unknown) => String(data).includes(`"msg":${JSON.stringify(phrase)}`)
  Object.defineProperty(fs, 'writeSync', {
    value: (...args: Parameters<typeof writeSync>) => {
      const written = writeSync(...args)
      if (isMoment(args[1])) process.kill(process.pid, 'SIGKILL')
      return written
    },
  })
}
