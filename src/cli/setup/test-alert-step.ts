/**
 * A test alert: posted to Alertmanager, seen at the webhook of the running selfheal.
 *
 * It is harmless by four things: it names a target that does not exist, and the running selfheal is asked for its plan
 * first, which must have no target; people whom its routes lead to as well must be told late enough that it is over by
 * then; it is resolved at the end, whatever happened; and it ends by itself should this process be killed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Alertmanager, createAlertmanager } from '../../alertmanager/client.ts'
import type { Subject } from '../../alertmanager-config/context.ts'
import { entriesAt, partAt } from '../../config/part.ts'
import type { Endpoint } from '../../config/settings.ts'
import { formatDuration } from '../../lib/duration.ts'
import { askApi, type ServerAddress } from '../api-client.ts'
import { StepFailed, type StepSpec, type Tell } from './step.ts'
import { buildTestAlert, type TestAlert, testLabel } from './test-labels.ts'

/** What the test goes through. */
export type TestAlertQuestion = {
  readonly name: string
  readonly endpoint: Endpoint
  readonly subject: Subject
  readonly server: ServerAddress
  /** Tells this test alert from all others. */
  readonly mark: string
  /** Post it even where people would be told. */
  readonly mayNotifyPeople: boolean
  /** How much longer than `group_wait` the alert is waited for. */
  readonly patienceMs: number
}

const pollMs = 500
const longestMs = 5 * 60_000

/** Posts the alert, waits until selfheal has it, and resolves it. */
export function testAlertStep(question: TestAlertQuestion): StepSpec<void> {
  const test = buildTestAlert(question.subject, question.mark)
  const waitMs = Math.min(longestMs, (test?.groupWaitMs ?? 0) + question.patienceMs)
  return {
    name: question.name,
    timeoutMs: waitMs + 2 * question.endpoint.timeoutMs + 30_000,
    hint: 'the alert at selfheal: look into the log of Alertmanager for why it could not be sent',
    work: async (tell, signal) => {
      if (test === null) {
        tell('skipped', 'no route of which it is known what leads to selfheal', 'the faults above put right first')
      } else if (isHarmless(tell, test, question) && (await isIdle(tell, test, question))) {
        await send(tell, { ...question, test, waitMs, signal })
      }
    },
  }
}

const isHarmless = (tell: Tell, test: TestAlert, { mayNotifyPeople, patienceMs }: TestAlertQuestion): boolean => {
  const told = test.others.find(({ groupWaitMs }) => groupWaitMs < test.groupWaitMs + patienceMs)
  if (told === undefined || mayNotifyPeople) return true
  const found = `not posted: ${JSON.stringify(told.receiver)} would be told as well, after ${formatDuration(told.groupWaitMs)}`
  tell('skipped', found, 'group_wait: 3m on that route, or --notify-people')
  return false
}

/** Whether selfheal would do nothing at all: the plan has no target, and that is not for want of an answer of Docker. */
const isIdle = async (tell: Tell, { labels }: TestAlert, { server }: TestAlertQuestion): Promise<boolean> => {
  const plan = await askApi(server, '/api/v1/plan', { labels })
  const hasNoTarget = partAt(plan, ['target']) === null
  const reasons = entriesAt(plan, ['verdicts']).map(({ value }) => partAt(value, ['reason']))
  if (hasNoTarget && (partAt(plan, ['decision']) === 'no-route' || reasons.includes('no-target'))) return true
  tell('skipped', 'not posted: selfheal does not plan to leave it alone', 'a plan without a target for it')
  return false
}

type Sending = TestAlertQuestion & { readonly test: TestAlert; readonly waitMs: number; readonly signal: AbortSignal }

const send = async (tell: Tell, { endpoint, test, waitMs, signal, server, mark }: Sending): Promise<void> => {
  const alertmanager = createAlertmanager(endpoint)
  const startsAt = Date.now()
  const post = (endsAt: number, within: AbortSignal): ReturnType<Alertmanager['post']> =>
    alertmanager.post([{ labels: test.labels, annotations: {}, startsAt, endsAt }], within)
  try {
    await post(startsAt + waitMs + 60_000, signal)
    tell('ok', `posted; selfheal should have it within ${formatDuration(test.groupWaitMs)}`)
    const until = startsAt + waitMs
    while (!(await isSeen(server, mark))) {
      signal.throwIfAborted()
      if (Date.now() > until) throw new StepFailed(`nothing came to selfheal within ${formatDuration(waitMs)}`)
      await sleep(pollMs)
    }
    tell('ok', `seen by selfheal after ${formatDuration(Date.now() - startsAt)}`)
  } finally {
    await post(Date.now(), AbortSignal.timeout(endpoint.timeoutMs))
  }
}

const isSeen = async (server: ServerAddress, mark: string): Promise<boolean> => {
  const answer = await askApi(server, '/api/v1/alerts?limit=200')
  return entriesAt(answer, ['alerts']).some(({ value }) => partAt(value, ['labels', testLabel]) === mark)
}
