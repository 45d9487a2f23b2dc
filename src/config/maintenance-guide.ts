/** The part of the reference that explains maintenance windows. */

/** The section, in Markdown. */
export const maintenanceGuide = `## Maintenance windows

While a window is open nothing is begun on the targets that it speaks of: their incidents wait (\`in-maintenance\`) until
its end and are decided upon anew then. What runs already is seen through and proven.

\`\`\`yaml
maintenance:
  - name: weekend deploys                # every week, over midnight
    targets: ['local/shop/*']
    days: [sat, sun]
    from: '22:00'
    to: '04:00'
    zone: Europe/Berlin
  - name: database move                  # once
    match: ['team="payments"']
    starts: 2026-03-01T22:00:00Z
    ends: 2026-03-02T02:00:00Z
\`\`\`

- A window speaks of an alert whose labels all of its \`match\` hold for, on a target that one of its \`targets\` covers;
  what is left out holds for all. A window with neither stops everything.
- \`from\` belongs to the window, \`to\` does not. An end that is not after the beginning lies on the next day, whatever that
  day is: \`days\` says when it begins.
- Times are those of the zone's clocks, all year. A time that is skipped when clocks go forward stands for the first minute
  after the gap; a time that comes twice when they go back stands for the first of the two.
- Windows that overlap or adjoin are one: what waits is decided upon at the end of the last of them.
`
