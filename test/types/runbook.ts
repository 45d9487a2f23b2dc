/** Compiled, never run: what the types of a runbook infer, and what they refuse. */
import {
  defineRunbook,
  type Limits,
  type Observation,
  probe,
  query,
  type Rung,
  restart,
  running,
  start,
  Type,
} from 'selfheal'

const texts = { summary: 's', meaning: 'm', impact: 'i', mitigation: 'm' } as const
const labels = Type.Object({ service: Type.String(), tier: Type.Optional(Type.String()) })
type Labels = { service: string; tier?: string }

const rung: Rung<Labels> = {
  name: 'restart',
  risk: 'low',
  plan: ({ target }) => [restart(target)],
  verify: [running()],
  within: '60s',
  stableFor: '30s',
}
const escalate = { severity: 'critical', summary: () => 's' } as const

/** A whole runbook: labels have the type of their schema in every function. */
export const good = defineRunbook({
  ...texts,
  name: 'good',
  urgency: 'down',
  match: ['symptom="down"'],
  labels,
  limits: { budgets: ['3/1h', '7/24h'], cooldown: '2m' },
  ladder: [
    {
      name: 'start',
      risk: 'low',
      when: ({ labels }) => labels.service.startsWith('web') && labels.tier?.length === 1,
      plan: ({ target, labels }) => (labels.service === 'web' ? [start(target)] : []),
      verify: [running(), probe({ port: 8080, path: '/health' })],
      within: '60s',
      stableFor: '30s',
    },
    rung,
  ],
  escalate: { severity: 'warning', summary: ({ labels }) => `${labels.service.toUpperCase()} is down` },
})

/** Literals of a schema stay literals. */
export const literals = defineRunbook({
  ...texts,
  name: 'literals',
  urgency: 'drift',
  match: ['a="b"'],
  labels: Type.Object({ tier: Type.Union([Type.Literal('gold'), Type.Literal('iron')]) }),
  ladder: [
    {
      ...rung,
      when: ({ labels }) => {
        const tier: 'gold' | 'iron' = labels.tier
        // @ts-expect-error: no such tier
        return tier === 'gold' || labels.tier === 'wood'
      },
      plan: ({ target }) => [restart(target, { strategy: 'all' })],
    },
  ],
  escalate,
})

const base = { ...texts, name: 'bad', urgency: 'down', match: ['a="b"'], labels, escalate } as const

// @ts-expect-error: a ladder has at least one rung
defineRunbook({ ...base, ladder: [] })

// @ts-expect-error: a runbook has at least one matcher
defineRunbook({ ...base, match: [], ladder: [rung] })

// @ts-expect-error: a rung has at least one check
defineRunbook({ ...base, ladder: [{ ...rung, verify: [] }] })

// @ts-expect-error: a rung has checks
defineRunbook({ ...base, ladder: [{ name: 'a', risk: 'low', plan: () => [], within: '1m', stableFor: '1m' }] })

// @ts-expect-error: unknown urgency
defineRunbook({ ...base, urgency: 'panic', ladder: [rung] })

// @ts-expect-error: unknown risk
defineRunbook({ ...base, ladder: [{ ...rung, risk: 'none' }] })

// @ts-expect-error: plan returns actions, not their names
defineRunbook({ ...base, ladder: [{ ...rung, plan: () => ['restart'] }] })

// @ts-expect-error: plan returns a list
defineRunbook({ ...base, ladder: [{ ...rung, plan: ({ target }) => restart(target) }] })

// @ts-expect-error: plan waits for nothing
defineRunbook({ ...base, ladder: [{ ...rung, plan: async ({ target }) => [restart(target)] }] })

// @ts-expect-error: when says true or false
defineRunbook({ ...base, ladder: [{ ...rung, when: () => 'yes' }] })

// @ts-expect-error: the label contract has no such label
defineRunbook({ ...base, ladder: [{ ...rung, plan: ({ labels }) => (labels.job ? [] : []) }] })

// @ts-expect-error: an optional label may be missing
defineRunbook({ ...base, ladder: [{ ...rung, when: ({ labels }) => labels.tier.length > 0 }] })

// @ts-expect-error: nobody changes what was observed
defineRunbook({ ...base, ladder: [{ ...rung, when: ({ target }) => target.replicas.push() > 0 }] })

// @ts-expect-error: an escalation has a summary
defineRunbook({ ...base, escalate: { severity: 'critical' }, ladder: [rung] })

// @ts-expect-error: unknown severity
defineRunbook({ ...base, escalate: { ...escalate, severity: 'page' }, ladder: [rung] })

// @ts-expect-error: texts for people are not optional
defineRunbook({ ...base, impact: undefined, ladder: [rung] })

// @ts-expect-error: labels are a schema, not an example
defineRunbook({ ...base, labels: { service: 'web' }, ladder: [rung] })

// @ts-expect-error: budgets are texts such as '3/1h'
export const limits: Limits = { budgets: [3] }

// @ts-expect-error: one of url and port
probe({ url: 'http://a', port: 80 })

// @ts-expect-error: one of url and port
probe({ status: 200 })

// @ts-expect-error: the path is part of the url
probe({ url: 'http://a', path: '/b' })

// @ts-expect-error: the operator is PromQL's
query({ expr: 'up', is: '=', than: 1, window: '1m' })

// @ts-expect-error: compared with a number
query({ expr: 'up', is: '>', than: '1', window: '1m' })

// @ts-expect-error: how far the expression looks back is said
query({ expr: 'up', is: '>', than: 1 })

// @ts-expect-error: unknown strategy
export const restarted = ({ target }: Observation) => restart(target, { strategy: 'fast' })

// @ts-expect-error: actions are made of a target, not of its name
restart('local/shop/web')

/** Parameters have the types of their schema, in every function. */
export const tuned = defineRunbook({
  ...texts,
  name: 'tuned',
  urgency: 'errors',
  match: ['a="b"'],
  labels,
  parameters: Type.Object({
    patience: Type.Integer({ default: 3, minimum: 1 }),
    strategy: Type.Union([Type.Literal('all'), Type.Literal('rolling')], { default: 'rolling' }),
    level: Type.Enum(['low', 'high'], { default: 'low' }),
    isEager: Type.Boolean({ default: false }),
  }),
  ladder: [
    {
      ...rung,
      when: ({ parameters, target }) => parameters.isEager || target.replicas.length > parameters.patience,
      plan: ({ parameters, target }) => [restart(target, { strategy: parameters.strategy })],
    },
    {
      ...rung,
      // @ts-expect-error: no such parameter
      when: ({ parameters }) => parameters.impatience > 3,
      // @ts-expect-error: no such choice
      plan: ({ parameters }) => (parameters.level === 'medium' ? [] : []),
    },
  ],
  escalate: { severity: 'info', summary: ({ parameters }) => parameters.level.toUpperCase() },
})

/** A function of any observation serves runbooks with and without parameters. */
const plainly = ({ target, parameters }: Observation<Labels>) => (parameters.size === 1 ? [] : [restart(target)])
defineRunbook({ ...base, ladder: [{ ...rung, plan: plainly }] })
defineRunbook({ ...base, parameters: Type.Object({ size: Type.Integer({ default: 1 }) }), ladder: [rung] })

// @ts-expect-error: a runbook without parameters has none
defineRunbook({ ...base, ladder: [{ ...rung, when: ({ parameters }) => parameters.size > 1 }] })

// @ts-expect-error: a parameter is no list
defineRunbook({ ...base, parameters: Type.Object({ hosts: Type.Array(Type.String()) }), ladder: [rung] })

// @ts-expect-error: parameters are a schema, not values
defineRunbook({ ...base, parameters: { size: 1 }, ladder: [rung] })

// @ts-expect-error: nobody changes a parameter: a runbook that was tuned stays as it was tuned
export const changed = ({ parameters }: Observation<Labels>) => delete parameters.size
