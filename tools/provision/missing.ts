import { missingParts, type PartName, parts } from '../parts.mjs'

/** Thrown where something is missing and SELFHEAL_NO_INSTALL=1 forbids to install it; names everything at once. */
export class MissingPartsError extends Error {
  readonly missing: readonly string[]

  constructor(missing: readonly string[]) {
    super(['SELFHEAL_NO_INSTALL=1 forbids to install what is missing:', ...missing].join('\n  - '))
    this.name = 'MissingPartsError'
    this.missing = missing
  }
}

/** Whether the user forbade every installation. */
export function isInstallForbidden(): boolean {
  return process.env.SELFHEAL_NO_INSTALL === '1'
}

/** Throws a MissingPartsError that lists all that is missing of these parts, where installing them is forbidden. */
export function assertMayInstall(names: readonly PartName[]): void {
  if (!isInstallForbidden()) return
  const missing = missingParts(names)
  if (missing.length > 0) throw new MissingPartsError(missing)
}

/** Throws a MissingPartsError for one thing that is no part of the table, where installing it is forbidden. */
export function assertMayInstallOther(what: string): void {
  if (isInstallForbidden()) throw new MissingPartsError([what])
}

/** What a part is, in the words that a person reads. */
export function describePart(name: PartName): string {
  return parts[name].what
}
