import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Runs `work` while this process alone holds the lock on `file`, and returns what it returns.
 * The kernel holds the lock (flock) on behalf of a child that ends when its standard input closes, so a killed
 * holder never leaves a stale lock. Where there is no `flock` command, the work runs without a lock.
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(dirname(file), { recursive: true })
  const holder = spawn('flock', ['--exclusive', file, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true, // an interrupt from the terminal must not free the lock before the work has stopped
  })
  holder.stdin.on('error', () => {})
  const waiting = setTimeout(onWait, 1000)
  await new Promise((resolve) => {
    holder.once('error', resolve)
    holder.once('close', resolve)
    holder.stdout.once('data', resolve)
  })
  clearTimeout(waiting)
  try {
    return await work()
  } finally {
    holder.stdin.end()
    holder.unref()
  }
}
