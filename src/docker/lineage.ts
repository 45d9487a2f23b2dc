/** Which target a container belongs to, by its labels and name. */
import type { Lineage } from '../authoring/index.ts'

/** Label of Compose's project. */
export const PROJECT_LABEL = 'com.docker.compose.project'
/** Label of Compose's service. */
export const SERVICE_LABEL = 'com.docker.compose.service'

/** The parts of a lineage. */
export type Identity = { readonly lineage: Lineage; readonly project: string; readonly service: string }

/** What names a container. */
export type Named = { readonly name: string; readonly labels: Readonly<Record<string, string>> }

const LONGEST = 255

/**
 * Names a container's target: `engine/project/service`, where the project is Compose's or `_`, and the service is the label
 * `selfheal.service`, else Compose's service, else the container's name. A label value that could not stand in a lineage
 * (empty, overlong, with a slash or a control character) counts as absent.
 */
export function identify(engine: string, { name, labels }: Named): Identity {
  const project = admissible(labels[PROJECT_LABEL]) ?? '_'
  const service = admissible(labels['selfheal.service']) ?? admissible(labels[SERVICE_LABEL]) ?? name
  return { lineage: `${engine}/${project}/${service}`, project, service }
}

function admissible(value: string | undefined): string | undefined {
  if (value === undefined || value === '' || value.length > LONGEST) return undefined
  return /[/\p{C}\p{Zl}\p{Zp}]/u.test(value) ? undefined : value
}
