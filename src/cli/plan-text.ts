/** A plan as people read it: the way through the routes as a tree, then what would be done and why. */
import { type Fields, isFields, text } from './fields.ts'

/** The lines of a plan, whatever the server answered; what is missing is left out. */
export function planLines(plan: unknown): readonly string[] {
  if (!isFields(plan)) return []
  const facts = ['decision', 'runbook', 'target', 'rung', 'detail'].flatMap((name) => {
    const value = plan[name]
    return value === null || value === undefined || value === '' ? [] : [`${name.padEnd(10)}${text(value)}`]
  })
  return [
    ...routeLines(itemsOf(plan.route)),
    '',
    ...facts,
    ...section('actions', itemsOf(plan.actions).map(writeAction)),
    ...section('verdicts', itemsOf(plan.verdicts).map(writeVerdict)),
  ]
}

/** One line per step, each below the one that it narrows; the step that chose the runbook is marked. */
function routeLines(steps: readonly Fields[]): readonly string[] {
  if (steps.length === 0) return ['route     (no route holds)']
  const chosen = steps.findLastIndex(({ sets }) => isFields(sets) && sets.runbook !== undefined)
  const lines = steps.map((step, depth) => {
    const sets = isFields(step.sets) ? Object.entries(step.sets).map(writeSetting) : []
    const match = Array.isArray(step.match) ? `{${step.match.map(text).join(', ')}}` : ''
    const mark = depth === chosen ? '  <- decides' : ''
    return `${'    '.repeat(depth)}└── ${text(step.route)}  ${match}  ${sets.join('  ')}`.trimEnd() + mark
  })
  return ['.', ...lines]
}

function writeSetting([name, value]: readonly [string, unknown]): string {
  if (Array.isArray(value)) return `${name}=${value.map(text).join(',')}`
  return `${name}=${isFields(value) ? JSON.stringify(value) : text(value)}`
}

/** One action in a line: kind, target, containers. */
export function writeAction(action: Fields): string {
  const names = itemsOf(action.containers).map(({ name }) => text(name))
  return `${text(action.kind)}  ${text(action.target)}  ${names.join(', ')}`.trimEnd()
}

/** One verdict in a line: verdict, guard, reason, detail, until when. */
export function writeVerdict({ verdict, guard, reason, detail, until }: Fields): string {
  const why = [reason, detail].filter((part) => typeof part === 'string' && part !== '').map(text)
  const when =
    until === null || until === undefined
      ? []
      : [`until ${typeof until === 'number' ? new Date(until).toISOString() : text(until)}`]
  return `${text(verdict).padEnd(8)}${text(guard).padEnd(14)}${[...why, ...when].join('  ')}`.trimEnd()
}

/** A titled, indented block after an empty line; nothing when there are no lines. */
export function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)]
}

function itemsOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : []
}
