/** Who asks: the name of the token. */
import type { Response } from 'express'
import type { Token } from '../config/settings.ts'

/** Whoever asks where no tokens are configured. */
export const withoutToken = 'local'

/** Keeps who asks beside the answer. */
export function keepIdentity(response: Response, token: Token | undefined): void {
  response.locals.identity = token?.name ?? withoutToken
}

/** The name of the token that the request carried; `local` where no tokens are configured. */
export function identityOf(response: Response): string {
  const { identity }: { identity?: unknown } = response.locals
  return typeof identity === 'string' ? identity : withoutToken
}
