/**
 * Runs `work` while this process alone holds the lock on `file`, and returns what it returns.
 * `onWait` is called once when the lock is still not ours after a second.
 */
export function withLock<T>(file: string, work: () => Promise<T>, onWait?: () => void): Promise<T>
