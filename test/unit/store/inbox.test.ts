import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createInbox } from '../../../src/store/inbox.ts'
import { createLedger } from '../../../src/store/ledger.ts'
import { StorageError } from '../../../src/store/storage-error.ts'
import { createWritableProbe } from '../../../src/store/writable-probe.ts'
import {
  countCommits,
  openMigratedConnection,
  openTemporaryStore,
  temporaryFolder,
} from '../../support/temporary-store.ts'

const body = (text: string): Buffer => Buffer.from(text)

function openInbox() {
  const folder = temporaryFolder()
  const connection = openMigratedConnection(folder)
  const ledger = createLedger(connection)
  return {
    connection,
    inbox: createInbox(connection),
    ledger,
    commits: () => countCommits(folder),
    stored: () => ledger.pendingNotifications(1e6).map((entry) => entry.body.toString()),
  }
}

const codeOf = (result: PromiseSettledResult<number>): unknown =>
  result.status === 'rejected' && result.reason instanceof StorageError ? result.reason.code : result.status

describe('the inbox', () => {
  it('keeps bodies byte for byte with their digest, under ids that grow in the order of arrival', async () => {
    const { inbox, ledger, connection } = openInbox()
    const bodies = [body('first'), Buffer.from([0, 255, 10]), body(''), body('first')]
    expect(await Promise.all(bodies.map((each, index) => inbox.accept(each, 1000 + index)))).toEqual([1, 2, 3, 4])
    expect(ledger.pendingNotifications(10)).toEqual(
      bodies.map((each, index) => ({ id: index + 1, receivedAt: 1000 + index, body: each })),
    )
    const digests = connection.query('SELECT sha256 FROM notifications ORDER BY id', (row) => row.sha256).all()
    expect(digests).toEqual(bodies.map((each) => createHash('sha256').update(each).digest('hex')))
  })

  it('resolves only after the commit', async () => {
    const { inbox, commits } = openInbox()
    const before = commits()
    const accepted = inbox.accept(body('one'), 1)
    expect(commits()).toBe(before)
    await accepted
    expect(commits()).toBe(before + 1)
  })

  it('shares one commit among all bodies that arrive together', async () => {
    const { inbox, commits, stored } = openInbox()
    const before = commits()
    await Promise.all(Array.from({ length: 100 }, (_, index) => inbox.accept(body(`body ${index}`), index)))
    expect(stored()).toHaveLength(100)
    expect(commits() - before).toBe(1)
    await inbox.accept(body('later'), 101)
    expect(commits() - before).toBe(2)
  })

  it('splits a burst of large bodies into several commits, in order', async () => {
    const { inbox, ledger } = openInbox()
    const order: number[] = []
    let turns = 0
    const countTurn = (): void => {
      turns += 1
      if (order.length < 5) setImmediate(countTurn)
    }
    setImmediate(countTurn)
    const large = Buffer.alloc(5 * 1024 * 1024, 'x')
    await Promise.all(Array.from({ length: 5 }, () => inbox.accept(large, 1).then((id) => order.push(id))))
    expect(order).toEqual([1, 2, 3, 4, 5])
    expect(turns).toBeGreaterThanOrEqual(4)
    expect(ledger.pendingNotifications(10)).toHaveLength(5)
  })

  it('lets a failing row fail its own promise only', async () => {
    const { inbox, stored, commits } = openInbox()
    const before = commits()
    const results = await Promise.allSettled([
      inbox.accept(body('good'), 1),
      inbox.accept(body('an instant that is no integer'), 1.5),
      inbox.accept(body('good too'), 2),
    ])
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))).toEqual([1, 2])
    expect(stored()).toEqual(['good', 'good too'])
    expect(commits() - before).toBe(1)
  })

  it('rejects what does not fit on a full disk, keeps what does, and is well again once there is room', async () => {
    const { inbox, stored, connection } = openInbox()
    const pages = connection.query('PRAGMA page_count', (row) => row.page_count).get()
    const limit = (count: unknown) => connection.query(`PRAGMA max_page_count = ${Number(count)}`, (row) => row).get()
    limit(Number(pages) + 2)
    const large = Buffer.alloc(100_000, 'x')
    const results = await Promise.allSettled([
      inbox.accept(body('fits'), 1),
      inbox.accept(large, 2),
      inbox.accept(body('fits as well'), 3),
      inbox.accept(large, 4),
    ])
    expect(results.map(codeOf)).toEqual(['fulfilled', 'full', 'fulfilled', 'full'])
    expect(stored()).toEqual(['fits', 'fits as well'])
    expect(createWritableProbe(connection, () => 0)()).toBe(false)

    limit(1e9)
    expect(createWritableProbe(connection, () => 0)()).toBe(true)
    await inbox.accept(large, 5)
    expect(stored()).toEqual(['fits', 'fits as well', large.toString()])
  })

  it('drains: everything accepted before is committed when the promise resolves', async () => {
    const { inbox, stored } = openInbox()
    const accepted = [inbox.accept(body('one'), 1), inbox.accept(body('two'), 2)]
    await inbox.drain()
    expect(stored()).toEqual(['one', 'two'])
    expect(await Promise.all(accepted)).toEqual([1, 2])
  })

  it('commits what waits when the storage is closed, and rejects what comes after', async () => {
    const path = temporaryFolder()
    const store = openTemporaryStore(path)
    const waiting = store.inbox.accept(body('waiting'), 1)
    store.close()
    expect(await waiting).toBe(1)
    await expect(store.inbox.accept(body('late'), 2)).rejects.toMatchObject({ code: 'unwritable' })
    const reopened = openTemporaryStore(path)
    expect(reopened.ledger.pendingNotifications(10).map((entry) => entry.body.toString())).toEqual(['waiting'])
  })

  it('rejects with "unwritable" when the database fails under it', async () => {
    const { inbox, connection } = openInbox()
    const accepted = inbox.accept(body('one'), 1)
    connection.close()
    await expect(accepted).rejects.toMatchObject({ code: 'unwritable' })
  })

  it('gives each notification to the engine until it is marked as applied', async () => {
    const store = openTemporaryStore()
    await Promise.all(['a', 'b', 'c'].map((text) => store.inbox.accept(body(text), 1)))
    store.ledger.markApplied(1)
    store.ledger.markApplied(3)
    expect(store.ledger.pendingNotifications(10).map(({ id }) => id)).toEqual([2])
  })
})
