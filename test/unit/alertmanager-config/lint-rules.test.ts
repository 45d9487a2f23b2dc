import { describe, expect, it } from 'vitest'
import type { LintContext } from '../../../src/alertmanager-config/context.ts'
import { briefly, type Config, changed, lint, shipped } from '../../support/alertmanager/lint.ts'

const webhook = (config: Config) => config.receivers[0].webhook_configs[0]
const healing = (config: Config) => config.route.routes[2]

describe('what heals all the same', () => {
  it('is the rule of kube-prometheus that never sends an alert which only inhibits', () => {
    const found = changed((c) => {
      c.inhibit_rules = [{ target_matchers: ['alertname = InfoInhibitor'] }]
    })
    expect(found.filter((finding) => finding.startsWith('fault'))).toEqual([])
  })
})

describe('what breaks healing', () => {
  it.each<[string, (config: Config) => void, string, Partial<LintContext>?]>([
    [
      'a resolution that is not sent',
      (c) => {
        webhook(c).send_resolved = false
      },
      'fault receivers[0].webhook_configs[0].send_resolved: false',
    ],
    [
      'a group that is cut short',
      (c) => {
        webhook(c).max_alerts = 10
      },
      'fault receivers[0].webhook_configs[0].max_alerts: 10',
    ],
    [
      'a body of its own',
      (c) => {
        webhook(c).payload = { a: 1 }
      },
      'fault receivers[0].webhook_configs[0].payload: a payload',
    ],
    [
      'a timeout beyond the group interval',
      (c) => {
        webhook(c).timeout = '1m'
      },
      'fault receivers[0].webhook_configs[0].timeout: 1m',
    ],
    [
      'a plain address of a selfheal that is behind TLS',
      () => {},
      'fault receivers[0].webhook_configs[0].url: http, where',
      { externalUrl: 'https://selfheal' },
    ],
    [
      'another path',
      (c) => {
        webhook(c).url = 'http://selfheal:9196/alerts'
      },
      'fault receivers[0].webhook_configs[0].url: the path "/alerts"',
      { externalUrl: 'http://selfheal:9196' },
    ],
    [
      'no token where one is needed',
      (c) => {
        webhook(c).http_config = { follow_redirects: false }
      },
      'fault receivers[0].webhook_configs[0]: no credentials',
      { needsToken: true },
    ],
    [
      'redirects',
      (c) => {
        webhook(c).http_config.follow_redirects = true
      },
      'warning receivers[0].webhook_configs[0].http_config.follow_redirects: redirects',
    ],
    [
      'redirects that nobody forbids',
      (c) => {
        webhook(c).http_config = {}
      },
      'warning receivers[0].webhook_configs[0]: redirects',
    ],
    [
      'repeats within the cooldown',
      (c) => {
        healing(c).repeat_interval = '30s'
      },
      'fault route.routes[2].repeat_interval: 30s, below',
    ],
    [
      'rare repeats',
      (c) => {
        healing(c).repeat_interval = '12h'
      },
      'note route.routes[2].repeat_interval: 12h, far above',
    ],
    [
      'groups over all targets',
      (c) => {
        healing(c).group_by = ['alertname']
      },
      'fault route.routes[2].group_by: [alertname], without',
    ],
    [
      'groups that are inherited',
      (c) => {
        delete healing(c).group_by
        c.route.group_by = ['severity']
      },
      'fault route.group_by: [severity], without',
    ],
    [
      'a route that is mute at times',
      (c) => {
        healing(c).mute_time_intervals = ['night']
      },
      'warning route.routes[2].mute_time_intervals: times',
    ],
    [
      'a route that is active at times',
      (c) => {
        healing(c).active_time_intervals = ['day']
      },
      'warning route.routes[2].active_time_intervals: times',
    ],
    [
      'alerts that people are not told of',
      (c) => {
        delete healing(c).continue
      },
      'warning route.routes[2]: alerts that nobody but selfheal',
    ],
    [
      'a healing route that is shadowed',
      (c) => {
        c.route.routes.unshift({ receiver: 'pager' })
      },
      'warning route.routes[3]: a route that is not reached',
    ],
    [
      'no healing route',
      (c) => {
        c.route.routes = []
      },
      'fault route: no route to the receiver "selfheal"',
    ],
    [
      'escalations that come back',
      (c) => {
        c.route.routes[0].continue = true
        healing(c).matchers = ['severity="critical"']
      },
      'fault route.routes[2]: selfheal\'s own alerts (selfheal_origin="escalation" and "self")',
    ],
    [
      'escalations that come back by a label that they carry on',
      (c) => {
        healing(c).matchers = ['team="shop"']
        c.route.routes.splice(0, 1)
      },
      "fault route.routes[1]: selfheal's own alerts",
    ],
    [
      'escalations that nobody gets',
      (c) => {
        c.receivers[1].webhook_configs = []
      },
      'fault route: escalations that reach nobody',
    ],
    [
      'escalations that mute their cause',
      (c) => {
        c.inhibit_rules = [{ source_matchers: ['severity="critical"'], target_matchers: ['severity="warning"'] }]
      },
      'fault inhibit_rules[0]: escalations that mute',
    ],
    [
      'escalations that mute their cause, in the old way of writing',
      (c) => {
        c.inhibit_rules = [
          { source_match: { severity: 'critical' }, target_match_re: { severity: 'warn.*' }, equal: ['team'] },
        ]
      },
      'fault inhibit_rules[0]: escalations that mute',
    ],
    [
      'healing alerts that are muted',
      (c) => {
        c.inhibit_rules = [
          {
            source_matchers: ['severity="critical"'],
            target_matchers: ['severity="warning"'],
            equal: ['alertname', 'service'],
          },
        ]
      },
      'note inhibit_rules[0]: alerts of routes[',
    ],
    [
      'a receiver that is not there',
      (c) => {
        healing(c).receiver = 'heal'
      },
      'fault route.routes[2].receiver: "heal"',
    ],
    [
      'matchers that are none',
      (c) => {
        healing(c).matchers.push('=x')
      },
      'fault route.routes[2].matchers[2]: "=" at column 1 of the matcher',
    ],
    [
      'no receiver of selfheal',
      (c) => {
        webhook(c).url = 'http://other/'
      },
      'fault receivers: no receiver that posts to selfheal',
    ],
    [
      'an address in a file',
      (c) => {
        delete webhook(c).url
        webhook(c).url_file = '/x'
      },
      'note receivers[0].webhook_configs[0]: a url_file',
    ],
    [
      'an address of a template',
      (c) => {
        c.receivers[1].webhook_configs[0].url = 'http://{{ .x }}'
      },
      'note receivers[1].webhook_configs[0]: an address that a template makes',
    ],
    ['a receiver that is not the one', () => {}, 'fault receivers: no receiver "heal"', { receiver: 'heal' }],
    [
      'a receiver whose name arrives otherwise',
      (c) => {
        c.receivers[0].name = 'self.heal'
        for (const r of c.route.routes) if (r.receiver === 'selfheal') r.receiver = 'self.heal'
      },
      'note receivers[0].name: "self.heal"',
    ],
    [
      'no timeout, where there could be one',
      () => {},
      'note receivers[0].webhook_configs[0]: no timeout',
      { version: '0.33.1' },
    ],
  ])('%s is found', (_, change, expected, over) => {
    expect(changed(change, over)).toContainEqual(expect.stringContaining(expected))
    expect(briefly(lint(shipped))).toEqual([])
  })

  it.each<[string, (config: Config) => void, Partial<LintContext>?]>([
    [
      'every label in group_by',
      (c) => {
        healing(c).group_by = ['...']
      },
    ],
    [
      'a label in group_by that a route of selfheal names targets by',
      (c) => {
        healing(c).group_by = ['app']
      },
      { targetLabels: ['app'] },
    ],
    [
      'inhibition that names the alert',
      (c) => {
        c.inhibit_rules = [
          {
            source_matchers: ['severity="critical"'],
            target_matchers: ['severity="info"', 'symptom=""'],
            equal: ['alertname'],
          },
        ]
      },
    ],
    [
      'a receiver that tells people beside selfheal',
      (c) => {
        delete healing(c).continue
        c.receivers[0].slack_configs = [{ channel: '#alerts' }]
      },
    ],
    [
      'a webhook of people with all of it',
      (c) => {
        Object.assign(c.receivers[1].webhook_configs[0], { send_resolved: false, max_alerts: 3 })
      },
    ],
    [
      'a hidden address of people, where selfheal is found',
      (c) => {
        c.receivers[1].webhook_configs[0].url = '<secret>'
      },
    ],
  ])('%s is not', (_, change, over) => {
    expect(changed(change, over)).toEqual([])
  })
})
