/** Names of Alertmanager's receivers, as they are posted and as they are configured. */

/**
 * The name as it is written in Alertmanager's configuration. In a notification it arrives with the characters escaped
 * that are special in regular expressions (`web\.hook` for `web.hook`), the way Go's `regexp.QuoteMeta` does it.
 */
export function unquoteReceiver(posted: string): string {
  return posted.replaceAll(/\\([\\.+*?()|[\]{}^$])/g, '$1')
}
