/**
 * The schema of `selfheal.yml`: the one table of all keys, with type, default and documentation.
 * The reference in docs/reference/configuration.md is generated from it.
 */
import { type Static, type TSchemaOptions, Type } from 'typebox'
import { modes } from '../incident/record.ts'

const closed = { additionalProperties: false }
const text = (format: string, description: string, options: TSchemaOptions = {}) =>
  Type.String({ format, description, ...options })
const duration = (description: string, initial: string) => text('positive-duration', description, { default: initial })
const mode = (description: string, options: TSchemaOptions = {}) => Type.Enum([...modes], { description, ...options })
const matchers = (description: string) =>
  Type.Array(text('matchers', 'One or more matchers, separated by commas.'), { description, minItems: 1 })
const budgets = (description: string, options: TSchemaOptions = {}) =>
  Type.Array(text('budget', 'Attempts, a slash, a duration.'), { description, minItems: 1, ...options })
const section = (description: string) => ({ ...closed, description, default: {} })

/** Days of the week as they are written, from Sunday on. */
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/** Which keys hold secrets: their values are never shown. */
export const secretKeys: readonly string[] = ['bearer_token', 'password']

const credentials = {
  timeout: duration('Longest time for one request.', '10s'),
  bearer_token: Type.Optional(Type.String({ description: 'Token that is sent as `Authorization: Bearer`.' })),
  bearer_token_file: Type.Optional(Type.String({ description: 'File that holds the token instead.' })),
  basic_auth: Type.Optional(
    Type.Object(
      {
        username: Type.String({ minLength: 1, description: 'Name of the user.' }),
        password: Type.Optional(Type.String({ description: 'Password of the user.' })),
        password_file: Type.Optional(Type.String({ description: 'File that holds the password instead.' })),
      },
      { ...closed, description: 'Credentials for basic authentication.' },
    ),
  ),
}

const docker = Type.Object(
  {
    name: text('name', 'Name of the engine, the first part of every target: `local/shop/web`.', { default: 'local' }),
    host: text('docker-host', 'Address of the engine. The environment variable `DOCKER_HOST` is not read.', {
      default: 'unix:///var/run/docker.sock',
    }),
    timeout: duration('Longest time for one request.', '10s'),
    opt_in: Type.Array(text('matchers', 'One or more matchers, separated by commas; all of them must hold.'), {
      description:
        'Containers that may be touched beside those labelled `selfheal.enable=true`: matchers over container labels. One entry that holds is enough.',
      default: [],
    }),
  },
  section('The Docker engine.'),
)

const prometheus = Type.Object(
  {
    url: text('http-address', 'Address, without `/api/v1`.'),
    scrape_interval: duration(
      'Scrape interval of the targets that queries look at; a proof waits for one scrape more than its window.',
      '1m',
    ),
    ...credentials,
  },
  { ...closed, description: 'The Prometheus that `query` checks ask. Without it they are unknown.' },
)

const alertmanager = Type.Object(
  { url: text('http-address', 'Address, without `/api/v2`.'), ...credentials },
  { ...closed, description: 'One Alertmanager.' },
)

const webhook = Type.Object(
  {
    name: text('name', 'Unique name, for events and logs; not `alertmanager`.'),
    url: Type.Optional(text('http-address-with-query', 'Address that the escalation is posted to.')),
    url_file: Type.Optional(Type.String({ description: 'File that holds the address instead, where it is a secret.' })),
    ...credentials,
  },
  { ...closed, description: 'One webhook.' },
)

/** What a parameter may be; how it must look is the runbook's to say. */
type Parameter = string | number | boolean

const parameters = Type.Unsafe<Record<string, Parameter>>({
  type: 'object',
  additionalProperties: { type: ['string', 'number', 'boolean'] },
  description: "Values for the runbook's own parameters, by name; what is not named here is inherited by name.",
})

const routeKeys = Type.Object({
  match: matchers('Matchers over the labels of the alert; all of them must hold.'),
  runbook: Type.Optional(Type.String({ minLength: 1, description: 'Runbook that heals these alerts.' })),
  mode: Type.Optional(mode('Mode for these alerts; it wins over the runbook and the global mode.')),
  budgets: Type.Optional(budgets('Attempts per window for these alerts.')),
  cooldown: Type.Optional(text('duration', 'Cooldown for these alerts.')),
  target: Type.Optional(
    text(
      'target',
      'How the labels name the target: text with `{{ .labels.name }}` in it. Two slashes make a lineage (`local/shop/web`); else it is the name of a container, else of a service. A label that is missing makes it `no-target`.',
    ),
  ),
  parameters: Type.Optional(parameters),
})

/** A route as it is written, with its children. */
export type WrittenRoute = Static<typeof routeKeys> & { routes?: WrittenRoute[] }

const routeReference = Type.Unsafe<WrittenRoute>({ $ref: '#/$defs/route' })

/** Schemas that refer to themselves, by the name in `$ref: '#/$defs/NAME'`. */
export const definitions = {
  route: Type.Object(
    {
      ...routeKeys.properties,
      routes: Type.Optional(
        Type.Array(routeReference, {
          description:
            'Routes within this one: the first of them that holds narrows it, and inherits what it does not set.',
        }),
      ),
    },
    { ...closed, description: 'One route.' },
  ),
}

const maintenance = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100, description: 'Name, for people.' }),
    match: Type.Optional(matchers('Matchers over the labels of the alert; all of them must hold.')),
    targets: Type.Optional(
      Type.Array(text('scope', 'A lineage such as `local/shop/web`, or `local/shop/*` for all of a project.'), {
        description: 'Targets; one that fits is enough.',
        minItems: 1,
      }),
    ),
    days: Type.Optional(
      Type.Array(Type.Enum([...weekdays], { description: 'Day of the week.' }), {
        description: 'Weekly: days on which it begins; default: every day.',
        minItems: 1,
      }),
    ),
    from: Type.Optional(text('time-of-day', 'Weekly: when it begins, such as `22:00`.')),
    to: Type.Optional(
      text('time-of-day', 'Weekly: when it is over; not after `from`: on the next day. `24:00` is the end of the day.'),
    ),
    zone: Type.Optional(text('zone', 'Weekly: zone of these times, such as `Europe/Berlin`; default: `UTC`.')),
    starts: Type.Optional(text('instant', 'Once: when it begins, such as `2026-03-01T22:00:00Z`.')),
    ends: Type.Optional(text('instant', 'Once: when it is over.')),
  },
  { ...closed, description: 'One window.' },
)

/** The file as a whole. Keys that are not named here are faults. */
export const configSchema = Type.Object(
  {
    mode: mode('How much is done without a person: `observe` records, `advise` proposes, `auto` acts.', {
      default: 'advise',
    }),
    ceiling: mode('No route, runbook or label raises the mode above this.', { default: 'auto' }),
    docker,
    prometheus: Type.Optional(prometheus),
    alertmanagers: Type.Array(alertmanager, {
      description: 'The Alertmanagers that escalations are posted to: all members.',
      default: [],
    }),
    escalation: Type.Object(
      {
        webhooks: Type.Array(webhook, {
          description: 'Further ways to reach people, for when Alertmanager is down.',
          default: [],
        }),
        copy_labels: Type.Array(Type.String({ minLength: 1, description: 'Name of a label.' }), {
          description: 'Labels of the alert that an escalation carries on.',
          default: ['team', 'environment'],
        }),
      },
      section('How people are told when automation stops.'),
    ),
    limits: Type.Object(
      {
        budgets: budgets('Most attempts on one target per window; each of them must have room.', {
          default: ['3/1h', '7/24h'],
        }),
        cooldown: text('duration', "Least time between two incidents' attempts on one target.", { default: '2m' }),
      },
      section('Limits for all runbooks that have none of their own.'),
    ),
    reopen_within: text('duration', 'An ended incident whose alert fires again within this time is the same one.', {
      default: '15m',
    }),
    reopen_limit: Type.Integer({
      minimum: 1,
      maximum: 100,
      description: 'The reopening with this number within 24 h escalates as flapping.',
      default: 3,
    }),
    approval_timeout: duration('How long a proposal waits for a person.', '30m'),
    action_timeout: duration('Longest time for one whole action.', '5m'),
    proof: Type.Object(
      { poll_interval: duration('How often the checks of a proof are evaluated.', '2s') },
      section('How recovery is proven.'),
    ),
    maintenance: Type.Array(maintenance, {
      description: 'Windows in which nothing is begun. See [Maintenance windows](#maintenance-windows).',
      default: [],
    }),
    routes: Type.Array(routeReference, {
      description:
        "What overrides the runbooks' own choices; the first route that matches decides. See [Routes](#routes).",
      default: [],
    }),
    shipped_routes: Type.Boolean({
      description:
        'Whether the routes that ship are asked where neither a route nor a runbook takes an alert. See [Routes that ship](#routes-that-ship).',
      default: true,
    }),
    runbooks: Type.Object(
      {
        folders: Type.Array(Type.String({ minLength: 1, description: 'Folder; `shipped` is the one that ships.' }), {
          description: 'Folders that runbooks are loaded from. `shipped` stands for those that come with selfheal.',
          default: ['shipped'],
        }),
        deadline: duration('Longest time for the code of a runbook to answer.', '1s'),
      },
      section('Where runbooks come from.'),
    ),
    web: Type.Object(
      {
        token_file: Type.Optional(
          Type.String({
            description:
              'File with one token on each line, `name:role:sha256-hex`; roles `send`, `read`, `operate`, `admin`.',
          }),
        ),
        max_body_size: text('size', 'Longest notification that is accepted; longer ones are answered 413.', {
          default: '32MiB',
        }),
        external_url: Type.Optional(
          text(
            'http-address',
            'Address under which people reach selfheal: its host is accepted in the header `Host`, beside `localhost` and IP addresses, and its origin in the header `Origin`, beside the one that the request is sent to.',
          ),
        ),
      },
      section('The HTTP server.'),
    ),
    log: Type.Object(
      {
        level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
          description: 'Least severe lines that are written.',
          default: 'info',
        }),
      },
      section('Logging.'),
    ),
  },
  { ...closed, $defs: definitions },
)

/** A file that holds to the schema, defaults filled in. */
export type ConfigFile = Static<typeof configSchema>
