/** Which container this process runs in, found in what the kernel tells about the process. */

/** The texts that tell; each may be empty. */
export type ProcessTexts = {
  /** The machine's host name: inside a container, by default, the first 12 digits of its id. */
  readonly hostname: string
  /** `/proc/self/mountinfo`. */
  readonly mountinfo: string
  /** `/proc/self/cgroup`. */
  readonly cgroup: string
}

/** Files that Docker mounts into every container, from a folder that is named for the container's id. */
const MOUNTED = /^\S+ \S+ \S+ \S*\/containers\/([0-9a-f]{64})\/(?:hostname|hosts|resolv\.conf) \/etc\//
/** `/docker/ID` with cgroup v1 or the host's namespace, `docker-ID.scope` below systemd. */
const CGROUP = /\/(?:docker[/-])([0-9a-f]{64})(?:\.scope)?(?:\/|$)/
const SHORT_ID = /^[0-9a-f]{12}$/

/**
 * Ids, or first digits of ids, of the container that a process with these texts runs in; none where it runs in no container.
 * Several sources may tell different things (containers in containers): each counts, as an id of another engine matches nothing.
 */
export function findOwnContainerIds({ hostname, mountinfo, cgroup }: ProcessTexts): readonly string[] {
  const found = new Set<string>()
  if (SHORT_ID.test(hostname)) found.add(hostname)
  for (const line of mountinfo.split('\n')) addMatch(found, MOUNTED.exec(line))
  for (const line of cgroup.split('\n')) addMatch(found, CGROUP.exec(line))
  return [...found]
}

function addMatch(found: Set<string>, match: RegExpExecArray | null): void {
  if (match?.[1] !== undefined) found.add(match[1])
}
