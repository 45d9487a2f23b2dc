/** Name of a configured Alertmanager, by its place from 0, in status, metrics and logs. */
export function alertmanagerName(index: number): string {
  return index === 0 ? 'alertmanager' : `alertmanager-${index + 1}`
}
