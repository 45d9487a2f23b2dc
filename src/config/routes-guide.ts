/** The part of the reference that explains routes; the table of those that ship is written from the list itself. */
import type { ShippedRoute } from './settings.ts'
import { shippedRoutes } from './shipped-routes.ts'

const guide = `## Routes

A route binds alerts to a runbook, a mode, limits, a target and parameters. The routes form a tree as in Alertmanager:

\`\`\`yaml
routes:
  - match: ['team="payments"']          # everything of the team is only proposed
    mode: advise
    budgets: ['1/1h']
    routes:
      - match: ['alertname="QueueStuck"', 'severity=~"warning|critical"']
        runbook: queue-stuck            # your own
        target: '{{ .labels.stack }}-{{ .labels.app }}'   # the container payments-api, say
        parameters: { patience: 5m }    # as the runbook declares them
      - match: ['service="ledger"']     # never without a person
        mode: observe
  - match: ['environment="staging"']
    mode: auto
\`\`\`

- Depth first: the first route whose matchers all hold is taken, then the first of its children that holds, and so on. A
  route that holds is not left again, whether or not one of its children holds. There is no \`continue\`: one alert goes to
  one runbook.
- What a child does not set it inherits from the routes around it, parameters by name. \`mode\`, \`budgets\` and \`cooldown\`
  that no route sets are the runbook's, else the global ones.
- Where no route names a runbook, the runbooks' own \`match\` decides: of those that hold the most urgent (down,
  unresponsive, errors, saturation, drift), of several the one with more matchers, as it is the more specific one, and of
  several still the first by name. An alert with the label \`selfheal_runbook\` chooses among those that hold.
- Where no runbook's own \`match\` holds either, the [routes that ship](#routes-that-ship) are asked.
- A \`target\` takes the place of the labels that name a target by themselves (\`selfheal_target\`, those of cAdvisor,
  \`container\`, \`name\`, \`service\`, \`instance\`, \`job\`). It is looked up, never run: what it comes to is compared with the
  lineages and names that exist, and the containers must be opted in as ever.
- Parameters are checked when the configuration is: by \`selfheal check config\`, at a reload, and for each alert, which is
  not taken (\`parameters-invalid\`) where they do not fit.

\`selfheal plan --labels alertname=QueueStuck team=payments ... -o text\` shows the way that a label set takes, and what
would be done; with \`--offline --config.file FILE\` it asks a file instead of a running selfheal. \`selfheal check config\`
warns of routes that can never be reached.
`

const shippedGuide = `## Routes that ship

For alert names that people already have, so that their rules need no new labels. They are asked last: a configured route
that names a runbook, and a runbook whose own \`match\` holds, come first. \`mode\`, limits, \`target\` and \`parameters\` of
configured routes hold for them as well. Routes to runbooks that are not loaded are passed over; \`shipped_routes: false\`
switches all of them off.

Only alerts whose labels name what is to be healed are routed, hence the further matchers: cAdvisor also reports cgroups
that are no container and have no \`name\`; in a job of the blackbox exporter \`up\` speaks of the exporter.

| alert | further matchers | runbook | target |
|---|---|---|---|
`

/** The section on routes, and the table of those that ship, in Markdown. */
export function writeRoutesGuide(): string {
  return `${guide}\n${shippedGuide}${shippedRoutes.map(writeRow).join('\n')}\n`
}

function writeRow({ name, match, runbook, target }: ShippedRoute): string {
  const further = match.slice(1).map((text) => `\`${text.replaceAll('|', '\\|')}\``)
  return `| \`${name}\` | ${further.join(' ')} | \`${runbook}\` | ${target === undefined ? '' : `\`${target.text}\``} |`
}
